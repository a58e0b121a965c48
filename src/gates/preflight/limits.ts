import * as z from 'zod';
import type { Limit } from '../../config/schema/preflight/limits.ts';
import { replaceVariables, unescapeValue } from '../../config/variables.ts';
import { concludeFrom, type Outcome } from '../../core/check.ts';
import { type FindingKind, found, type Place } from '../../core/finding.ts';
import { followPath, parseJsonPath } from '../../core/json-path.ts';
import { findMismatches } from '../../expectations/differences.ts';
import { makeExcerpt } from '../../expectations/excerpt.ts';
import { parseAmount } from './amount.ts';
import { leaveUndecided, readJson } from './read-json.ts';
import type { Section } from './section.ts';

export const limitReached: FindingKind = {
  code: 'provider/limit-reached',
  severity: 'error',
  boundary: 'provider',
  meaning:
    'A number that a provider reports, such as remaining money or quota, is outside the range that a release needs.',
  cause: 'The account used more than planned, or was not topped up.',
  help: 'Top up the account or raise the limit at the provider before you release.',
};

export const limitUnreadable: FindingKind = {
  code: 'provider/limit-unreadable',
  severity: 'warning',
  boundary: 'provider',
  meaning:
    'The gate cannot read a number that a provider should report, so it cannot tell whether a release has enough.',
  cause: 'The address, the token or the JSON path is wrong, or the provider does not answer.',
  help: 'Request the address with `curl` and the same token, and compare the JSON with the path in `value`.',
};

/** Whether the numbers that providers report, such as money or quota, are in the range that a release needs. */
export const planLimitChecks: Section = ({ config }, context) =>
  Object.entries(config.preflight.limits ?? {}).map(([name, declared]) => ({
    name: `limits.${name}`,
    boundary: 'provider',
    run: signal => {
      const place = config.placeOfKey(['preflight', 'limits', name]);
      const limit = unescapeValue(replaceVariables(context, declared, place));
      return checkLimit(limit, { name, place, signal, now: context.clock.now() });
    },
  }));

/**
 * The value, as a number where the rules compare it with one and it is written with a currency or separators; undefined if
 * no number can be read.
 */
function readNumber(value: unknown, must: Limit['must']): unknown {
  const comparesNumbers = typeof must['at-least'] === 'number' || typeof must['at-most'] === 'number';
  return comparesNumbers && typeof value !== 'number' ? parseAmount(value) : value;
}

interface About {
  name: string;
  place: Place;
  signal: AbortSignal;
  now: number;
}

async function checkLimit(limit: Limit, { name, place, signal, now }: About): Promise<Outcome<never>> {
  const headers = { ...(limit.bearer && { authorization: `Bearer ${limit.bearer}` }), ...limit.headers };
  const read = await readJson(limit.get, z.json(), { signal, place, headers, unreadable: limitUnreadable });
  if ('outcome' in read) return read.outcome;
  const led = followPath(parseJsonPath(limit.value) ?? [], read.value);
  if (!led.found) return leaveUndecided(`${name}: the answer has no ${limit.value}.`, place, limitUnreadable);
  const actual = readNumber(led.value, limit.must);
  if (actual === undefined) {
    const said = makeExcerpt(JSON.stringify(led.value));
    return leaveUndecided(`${name}: ${limit.value} is ${said}, which is not a number.`, place, limitUnreadable);
  }
  const held = { name: limit.value, actual, now };
  const wrong = findMismatches(limit.must, held);
  if (wrong.length > 0) {
    const message = `${name}: ${wrong.join('; ')}.`;
    return concludeFrom([found(limitReached, { message, place })]);
  }
  const near = limit.warn ? findMismatches(limit.warn, held) : [];
  const message = `${name}: ${near.join('; ')}.`;
  const findings = near.length > 0 ? [found(limitReached, { message, severity: 'warning', place })] : [];
  return concludeFrom(findings, JSON.stringify(held.actual));
}
