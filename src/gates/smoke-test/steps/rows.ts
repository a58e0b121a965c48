import type { Capture } from '../../../config/schema/smoke.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { findDifferences } from '../../../expectations/json.ts';
import { capture } from '../captures/captures.ts';
import type { StepAbout, Visit } from '../visit.ts';
import { findingsOfLatency } from './messages.ts';

export const wrongData: FindingKind = {
  code: 'smoke/wrong-data',
  severity: 'error',
  boundary: 'data',
  meaning: 'What is stored behind the API is not what the request should have left there.',
  cause:
    'A write that did not happen, happened twice, or went elsewhere; or a change that is applied later than the flow looks.',
  help: 'Look at what was stored and at the log of the service for the request; wrap the step in `wait-until` where the write comes later.',
};

export interface Stored {
  value: unknown;
  /** What captures are taken from, where it is not the value. */
  whole?: unknown;
  /** Milliseconds. */
  took: number;
  /** Such as `3 rows`. */
  detail: string;
}

interface Expected {
  expect?: unknown;
  within?: number | undefined;
  capture: Record<string, Capture>;
}

/** Holds what is stored against what is expected, and captures from it. */
export async function judgeStored(
  { value, whole = value, took, detail }: Stored,
  declared: Expected,
  visit: Visit,
  about: StepAbout,
  before: Finding[] = [],
): Promise<Outcome> {
  const expected = visit.scope.value(declared.expect);
  const differences = expected === undefined ? [] : findDifferences(expected, value, about.redact);
  const message = `${about.target}: ${differences.slice(0, 10).join('; ')}.`;
  const wrong = [
    ...before,
    ...(differences.length > 0 ? [found(wrongData, { message, ...about.where })] : []),
    ...findingsOfLatency(took, declared.within, about),
  ];
  const source = {
    json: () => ({ value: whole }),
    text: () => (typeof whole === 'string' ? whole : JSON.stringify(whole)),
  };
  const findings = wrong.length > 0 ? wrong : await capture(declared.capture, source, visit, about);
  return concludeFrom(findings, `${detail} in ${formatDuration(took)}`);
}
