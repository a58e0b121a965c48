import * as z from 'zod';
import type { JsonStatus } from '../../../config/schema/preflight/status.ts';
import { judged, type Outcome } from '../../../core/check.ts';
import { found } from '../../../core/finding.ts';
import { follow, parseJsonPath } from '../../../core/json-path.ts';
import { mismatchesOf } from '../../../expectations/matchers/mismatches.ts';
import { providerDown } from './findings.ts';
import { readJson } from './read-json.ts';
import type { StatusContext } from './statuspage.ts';

export async function jsonStatus(status: JsonStatus, context: StatusContext): Promise<Outcome> {
  const read = await readJson(status.json, z.json(), context);
  if (read.value === undefined) return read;
  const mismatches = Object.entries(status.values).flatMap(([path, wanted]) => {
    const led = follow(parseJsonPath(path) ?? [], read.value);
    return mismatchesOf(wanted, { name: path, actual: led.found ? led.value : undefined, now: context.now });
  });
  const message = `${context.name}: ${mismatches.join('; ')}.`;
  return judged(mismatches.length === 0 ? [] : [found(providerDown, { message, place: context.place })]);
}
