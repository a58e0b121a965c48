import type { ConfigurationValues } from '../../config/schema.ts';
import type { AccountedGate, ReleaseAccount } from '../../core/account.ts';
import type { KeptOutcome } from '../../core/kept-outcome.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import type { TimelineEntry } from '../../core/report.ts';
import { accountBoundaries } from './boundaries.ts';
import { concludeRelease } from './ending.ts';
import { accountGates, isEnded } from './gates.ts';
import { accountServices } from './services.ts';

export interface AccountSources {
  /** As the configuration has it; empty if it could not be read. */
  environment: string;
  repository: string;
  /** The page of the run. */
  run: string;
  /** The first line of the message of the commit. */
  subject: string | undefined;
  /** The record of the release so far. */
  record: ReleaseRecord;
  /** What the gates of this job left; undefined if no report was started before them. */
  outcomes: KeptOutcome[] | undefined;
  services: ConfigurationValues['services'];
  /** The gates that the release should have. */
  expected: string[];
  /** Milliseconds since the epoch. */
  now: number;
}

/** One account of a release from what its gates left. */
export function accountRelease(sources: AccountSources): ReleaseAccount {
  const { subject, repository, run, outcomes = [] } = sources;
  const record = chooseRecord(outcomes, sources.record);
  const gates = accountGates(outcomes, record, sources.expected);
  const services = accountServices(sources.services, record);
  const { commit } = record;
  const environment = record.environment || sources.environment;
  const shown = `${commit.slice(0, 7)}${subject ? ` “${subject}”` : ''}`;
  const name = environment ? `${shown} to ${environment}` : shown;
  return {
    version: 1,
    environment,
    commit,
    ...(subject && { subject }),
    repository,
    run,
    ...concludeRelease({ name, gates, services, outcomes }),
    startedAt: gates.map(({ startedAt }) => startedAt).find(at => at !== undefined) ?? toIso(sources.now),
    finishedAt: toIso(sources.now),
    services,
    gates,
    ...(sources.outcomes && { boundaries: accountBoundaries(gates) }),
    databases: record.databases,
    timeline: [...gates.flatMap(toBar), ...outcomes.flatMap(({ ended }) => ended?.timeline ?? [])],
    plots: outcomes.flatMap(({ ended }) => ended?.plots ?? []),
  };
}

/** A rollback by hand reports the release that it undid, which is not the one of this job. */
function chooseRecord(outcomes: KeptOutcome[], handedOn: ReleaseRecord): ReleaseRecord {
  const ended = outcomes.filter(isEnded).map(outcome => outcome.ended);
  const newest = ended.findLast(({ record, isDryRun }) => record !== undefined && !isDryRun)?.record;
  if (newest === undefined || newest.commit === handedOn.commit) return handedOn;
  return newest;
}

function toBar({ gate, verdict, isDryRun, startedAt, finishedAt }: AccountedGate): TimelineEntry[] {
  if (verdict === 'not-run' || startedAt === undefined || finishedAt === undefined) return [];
  return [
    {
      section: 'Release',
      name: `${gate}${isDryRun ? ' dry run' : ''} ${verdict}`,
      verdict,
      startedAt: Date.parse(startedAt),
      finishedAt: Date.parse(finishedAt),
    },
  ];
}

function toIso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
