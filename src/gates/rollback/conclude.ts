import type { CheckResult } from '../../core/check.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import { combineVerdicts, type TimelineEntry } from '../../core/report.ts';
import { describeLive } from '../../platforms/describe-live.ts';
import { type Ending, type Result, results } from './ending.ts';
import type { Returned, WentBack } from './go-back.ts';
import type { Plan, PlannedService } from './plan.ts';

const texts: Record<Result, string> = {
  failed: 'not rolled back',
  partial: 'rolled back in part',
  refused: 'refused, nothing changed',
  unverified: 'rolled back, not verified',
  'no-target': 'left as it is, because no earlier version is known',
  verified: 'rolled back and verified',
  'not-needed': 'already there',
};

/** A rollback that carried out its plan, for its report. */
export interface Concluded extends Ending {
  checks: CheckResult[];
  timeline: TimelineEntry[];
  record: ReleaseRecord;
  /** The settings of automatic deploys that were turned off, by service. */
  held: Map<string, string>;
}

/** Concludes what came of a plan. `record`: of the release that was undone. */
export function concludeRollback(
  { services }: Plan,
  { held, returned, downtime }: WentBack,
  { record, reason }: { record: ReleaseRecord; reason: string },
): Concluded {
  const result = pickWhole(services.map(service => getResult(service, returned.get(service.name))));
  const isBack = (service: PlannedService) =>
    ['verified', 'not-needed'].includes(getResult(service, returned.get(service.name)));
  const headline = `${services.map(service => describeResult(service, returned.get(service.name))).join('; ')}.`;
  const how = result === 'verified' ? 'rolled back' : `rollback ${result}`;
  const changed = [...returned.values()];
  return {
    result,
    headline,
    isIncident: true,
    note: `${how}: ${reason || headline}`,
    checks: [
      ...held.checks,
      ...changed.map(({ check }) => check),
      ...changed.flatMap(({ verified }) => verified),
      ...downtime.checks,
    ],
    timeline: downtime.timeline,
    record: recordAfter(record, services, returned),
    left: services.filter(service => !isBack(service)).map(({ name }) => name),
    held: held.settings,
  };
}

/** The whole is as good as its worst part, and `refused` means that nothing was changed. No parts: nothing to do. */
function pickWhole(parts: Result[]): Result {
  const worst = results.find(result => parts.includes(result)) ?? 'not-needed';
  const hasChanged = parts.some(part => part === 'verified' || part === 'unverified');
  return worst === 'refused' && hasChanged ? 'partial' : worst;
}

function getResult({ standing }: PlannedService, returned: Returned | undefined): Result {
  if (standing === 'no-target' || standing === 'not-needed') return standing;
  if (returned?.check.verdict !== 'passed') return returned?.refused && !returned.changed ? 'refused' : 'failed';
  return combineVerdicts(returned.verified) === 'passed' ? 'verified' : 'unverified';
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
function recordAfter(record: ReleaseRecord, planned: PlannedService[], returned: Map<string, Returned>): ReleaseRecord {
  const services = Object.entries(record.services).map(([name, noted]) => {
    const service = planned.find(candidate => candidate.name === name);
    const change = returned.get(name);
    if (change === undefined && service?.live === undefined) return [name, noted];
    const { after: _after, by: _by, state: _state, ...before } = noted;
    const deployment = (change ?? service)?.live?.deployment;
    return [name, { ...before, ...(deployment && { after: deployment }) }];
  });
  return { ...record, services: Object.fromEntries(services) };
}
