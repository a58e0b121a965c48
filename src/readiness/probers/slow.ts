import { formatDuration } from '../../core/duration.ts';
import { type Finding, found } from '../../core/finding.ts';
import { tooSlow } from '../../expectations/findings.ts';
import type { Where } from '../attempt.ts';

/** A finding if the answer took longer than allowed; milliseconds. */
export function checkLatency(target: string, took: number, within: number | undefined, where: Where): Finding[] {
  if (within === undefined || took <= within) return [];
  const message = `${target} took ${formatDuration(took)}; the limit is ${formatDuration(within)}.`;
  return [found(tooSlow, { message, ...where })];
}
