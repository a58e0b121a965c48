import type { CheckResult } from '../../core/check.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import { combineVerdicts } from '../../core/report.ts';
import { describeLive } from '../../platforms/live-in-words.ts';
import type { ReportedChange } from '../../release/change-service.ts';
import type { PlannedService } from './plan.ts';

/** How a rollback went, of one service or as a whole; the worst first. */
export const results = ['failed', 'refused', 'unverified', 'no-target', 'verified', 'not-needed'] as const;
export type Result = (typeof results)[number];

/** The whole is as good as its worst part. Without parts there was nothing to do. */
export function pickWorstResult(parts: Iterable<Result>): Result {
  const all = new Set(parts);
  return results.find(result => all.has(result)) ?? 'not-needed';
}

const texts: Record<Result, string> = {
  failed: 'not rolled back',
  refused: 'refused, nothing changed',
  unverified: 'rolled back, not verified',
  'no-target': 'left as it is, because no earlier version is known',
  verified: 'rolled back and verified',
  'not-needed': 'already there',
};

/** A service that was told to go back, with the results of its probes. */
export interface Returned extends ReportedChange {
  verified: CheckResult[];
}

/** How a rollback went for one service. */
export function getResult({ standing }: PlannedService, returned: Returned | undefined): Result {
  if (standing === 'no-target' || standing === 'not-needed') return standing;
  if (returned?.check.verdict !== 'passed') return returned?.refused && !returned.changed ? 'refused' : 'failed';
  return combineVerdicts(returned.verified) === 'passed' ? 'verified' : 'unverified';
}

/** How a rollback went for each service. */
export function describeResults(services: PlannedService[], returned: Map<string, Returned>): string {
  return `${services.map(service => describeResult(service, returned.get(service.name))).join('; ')}.`;
}

/** For a service that is not where it should be, it says what serves. */
function describeResult(service: PlannedService, returned: Returned | undefined): string {
  const { name, live } = service;
  const result = getResult(service, returned);
  if (result !== 'failed' && result !== 'refused') return `${name}: ${texts[result]}`;
  const now = returned ? returned.live : live;
  const how = returned === undefined ? 'not started' : texts[result];
  return `${name}: ${how} (${now ? describeLive(now) : 'what is live is unknown'})`;
}

/** The record with what is live now, as far as it is known. */
export function recordAfter(
  record: ReleaseRecord,
  planned: PlannedService[],
  returned: Map<string, Returned>,
): ReleaseRecord {
  const services = Object.entries(record.services).map(([name, noted]) => {
    const service = planned.find(candidate => candidate.name === name);
    const change = returned.get(name);
    if (change === undefined && service?.live === undefined) return [name, noted];
    const { after: _after, by: _by, ...before } = noted;
    const deployment = (change ?? service)?.live?.deployment;
    return [name, { ...before, ...(deployment && { after: deployment }) }];
  });
  return { ...record, services: Object.fromEntries(services) };
}
