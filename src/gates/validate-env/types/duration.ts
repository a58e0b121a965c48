import type { VariableOf } from '../../../config/schema/variables.ts';
import type { EnvironmentType } from './environment-type.ts';
import { reportInvalid } from './invalid.ts';

/** Milliseconds of each unit that the npm package `ms` knows, by its beginnings (github.com/vercel/ms, readme). */
const units: [unit: RegExp, milliseconds: number][] = [
  [/^(?:ms|msecs?|milliseconds?)$/i, 1],
  [/^(?:s|secs?|seconds?)$/i, 1000],
  [/^(?:m|mins?|minutes?)$/i, 60_000],
  [/^(?:h|hrs?|hours?)$/i, 3_600_000],
  [/^(?:d|days?)$/i, 86_400_000],
  [/^(?:w|weeks?)$/i, 604_800_000],
  [/^(?:mo|months?)$/i, 2_629_800_000],
  [/^(?:y|yrs?|years?)$/i, 31_557_600_000],
];

/** A duration as most configurations of Node.js services have it (npm package `ms`): `15m`, `2 days`, `1H`, `.5 h`. */
export const duration: EnvironmentType<VariableOf<'duration'>> = {
  boundary: 'delivery',
  rule: subject => {
    const { declared, value } = subject;
    const ms = parseMilliseconds(value);
    if (ms === undefined)
      return [
        reportInvalid(subject, 'is not a duration with its unit', 'Set it to a duration such as 15m, 12h or 30d.'),
      ];
    const { min, max } = declared;
    if (min !== undefined && ms < (parseMilliseconds(min) ?? 0))
      return [reportInvalid(subject, `is shorter than ${min}`, `Set it to at least ${min}.`)];
    if (max !== undefined && ms > (parseMilliseconds(max) ?? Number.POSITIVE_INFINITY))
      return [reportInvalid(subject, `is longer than ${max}`, `Set it to at most ${max}.`)];
    return [];
  },
  guess: {
    names: [[/(_TTL|_EXPIRES_IN|_EXPIRY|_DURATION)$/, '{ type: duration }']],
    example: [/^\d+(\.\d+)? ?(ms|s|secs?|m|mins?|h|hrs?|d|days?|w|y)$/i, '{ type: duration }'],
  },
};

function parseMilliseconds(text: string): number | undefined {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?|\.\d+) *([a-z]+)$/i.exec(text) ?? [];
  const [, factor] = units.find(([pattern]) => pattern.test(unit)) ?? [];
  return amount === undefined || factor === undefined ? undefined : Number(amount) * factor;
}
