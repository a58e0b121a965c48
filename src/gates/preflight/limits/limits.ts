import * as z from 'zod';
import type { Configuration } from '../../../config/load.ts';
import { replaceVariables, unescapeValue } from '../../../config/variables.ts';
import { type Check, concludeFrom } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { followPath, parseJsonPath } from '../../../core/json-path.ts';
import { findMismatches } from '../../../expectations/matchers/mismatches.ts';
import { readJson, undecided } from '../status/read-json.ts';

export const limitReached: FindingKind = {
  code: 'provider/limit-reached',
  severity: 'error',
  boundary: 'provider',
  meaning: 'What a provider has left, such as money or quota, is not within the bounds that a release needs.',
  cause: 'More use than planned, or an account that was not topped up.',
  help: 'Top up or raise the limit at the provider before you release.',
};

export const limitUnreadable: FindingKind = {
  code: 'provider/limit-unreadable',
  severity: 'warning',
  boundary: 'provider',
  meaning: 'What a provider has left cannot be read, so it is not known whether it is enough for a release.',
  cause: 'An address, a token or a path of JSON that is not right, or a provider that does not answer.',
  help: 'Ask the address with `curl` and the same token, and compare its JSON with the path in `value`.',
};

/** Numbers of providers, each against its floor or ceiling. */
export function limitChecks(config: Configuration, context: GateContext): Check[] {
  return Object.entries(config.preflight.limits).map(([name, declared]) => ({
    name: `limits.${name}`,
    boundary: 'provider',
    run: async signal => {
      const place = config.placeOfKey(['preflight', 'limits', name]);
      const limit = unescapeValue(replaceVariables(context, declared, place));
      const bearer: Record<string, string> =
        limit.bearer === undefined ? {} : { authorization: `Bearer ${limit.bearer}` };
      const headers = { ...bearer, ...limit.headers };
      const read = await readJson(limit.get, z.json(), { signal, place, headers, unreadable: limitUnreadable });
      if (!('value' in read)) return read;
      const led = followPath(parseJsonPath(limit.value) ?? [], read.value);
      if (!led.found) return undecided(`${name}: the answer has no ${limit.value}.`, place, limitUnreadable);
      const held = { name: limit.value, actual: led.value, now: context.clock.now() };
      const wrong = findMismatches(limit.must, held);
      if (wrong.length > 0)
        return concludeFrom([found(limitReached, { message: `${name}: ${wrong.join('; ')}.`, place })]);
      const near = limit.warn ? findMismatches(limit.warn, held) : [];
      const message = `${name}: ${near.join('; ')}.`;
      const findings = near.length > 0 ? [found(limitReached, { message, severity: 'warning', place })] : [];
      return concludeFrom(findings, JSON.stringify(held.actual));
    },
  }));
}
