import type { Capture } from '../../../config/schema/smoke.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { findDifferences } from '../../../expectations/differences.ts';
import { checkLatency } from '../../../expectations/latency.ts';
import { capture } from '../captures/captures.ts';
import { resolveExpected } from '../resolve-expected.ts';
import type { StepAbout, Visit } from '../visit.ts';

export const wrongStoredData: FindingKind = {
  code: 'smoke/wrong-stored-data',
  severity: 'error',
  boundary: 'data',
  meaning: 'The data stored behind the API is not what the request should have stored.',
  cause: 'The write is missing, happened twice, went elsewhere, or is applied after the flow looks.',
  help: "Compare the stored data with the service's log for the request. If the write is applied later, wrap the step in `wait-until`.",
};

export interface Stored {
  value: unknown;
  /** What captures read, if not the value. */
  whole?: unknown;
  /** Milliseconds. */
  took: number;
  /** Such as `3 rows`. */
  detail: string;
  /** What is already known to be wrong. */
  findings?: Finding[];
}

interface Expected {
  expect?: unknown;
  within?: number | undefined;
  capture: Record<string, Capture>;
}

/** Compares what is stored with what is expected, and captures from it. */
export async function judgeStored(
  { value, whole = value, took, detail, findings = [] }: Stored,
  declared: Expected,
  visit: Visit,
  about: StepAbout,
): Promise<Outcome> {
  const expected = resolveExpected(declared.expect, visit.scope);
  const differences = expected === undefined ? [] : findDifferences(expected, value, { redact: about.redact });
  const message = `${about.target}: ${differences.slice(0, 10).join('; ')}.`;
  const wrong = [
    ...findings,
    ...(differences.length > 0 ? [found(wrongStoredData, { message, ...about.where })] : []),
    ...checkLatency(took, declared.within, about),
  ];
  const source = {
    json: () => ({ value: whole }),
    text: () => (typeof whole === 'string' ? whole : JSON.stringify(whole)),
  };
  return concludeFrom(
    wrong.length > 0 ? wrong : await capture(declared.capture, source, visit, about),
    `${detail} in ${formatDuration(took)}`,
  );
}
