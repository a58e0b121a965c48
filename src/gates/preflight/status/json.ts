import * as z from 'zod';
import type { JsonStatus } from '../../../config/schema/preflight/status.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { found } from '../../../core/finding.ts';
import { followPath, parseJsonPath } from '../../../core/json-path.ts';
import { findMismatches } from '../../../expectations/differences.ts';
import { readJson } from '../read-json.ts';
import { providerDown } from './findings.ts';
import type { StatusContext } from './statuspage.ts';

export async function checkJsonStatus(status: JsonStatus, context: StatusContext): Promise<Outcome<never>> {
  const read = await readJson(status.json, z.json(), context);
  if ('outcome' in read) return read.outcome;
  const mismatches = Object.entries(status.values).flatMap(([path, wanted]) => {
    const led = followPath(parseJsonPath(path) ?? [], read.value);
    return findMismatches(wanted, { name: path, actual: led.found ? led.value : undefined, now: context.now });
  });
  const message = `${context.name}: ${mismatches.join('; ')}.`;
  return concludeFrom(mismatches.length === 0 ? [] : [found(providerDown, { message, place: context.place })]);
}
