import type { Check } from '../../../core/check.ts';
import { findType } from '../types/index.ts';
import type { Live } from './live.ts';

/** Milliseconds that a check has beyond the wait of its connection, to report what it saw. */
const grace = 2_000;

/** The check that tries a value, if its declaration asks for that. */
export function checkLive(live: Live): Check | undefined {
  const { name, declared, where } = live;
  const attempt = findType(declared).attempt?.(live);
  if (attempt === undefined) return undefined;
  return { name: `${name}: live`, boundary: where.boundary, deadline: attempt.within + grace, run: attempt.run };
}
