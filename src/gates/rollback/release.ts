import { invalidInput } from '../../config/findings.ts';
import { explainError, GateError } from '../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { findNearest } from '../../core/nearest.ts';
import type { Deployment, ReleaseRecord } from '../../core/record.ts';
import type { PastRelease, Releases, UnderWay } from '../../core/releases.ts';
import { describeHolder } from '../../release/turn.ts';
import type { RollbackOptions } from './options.ts';
import type { Result } from './result.ts';
import { gapOf, type Since } from './schema-guard.ts';

export const noRelease: FindingKind = {
  code: 'rollback/no-release',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'There is no record of the release to undo, so it is not known what was live before. Nothing was changed.',
  cause: 'A wrong id, one of another environment, or a release whose record could not be written.',
  help: 'Name the target by hand: one service as `services`, and its deployment id or image as `target`.',
};

export const withoutRecord: FindingKind = {
  code: 'rollback/without-record',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'No release has a record, so each service goes back to what its platform says was live before.',
  cause: 'No release of this environment by the deploy gate yet, or one whose record could not be written.',
  help: 'Look at whether what is named belongs together; deploy with the gate, which notes it from then on.',
};

export const releaseUnderWay: FindingKind = {
  code: 'rollback/release-under-way',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A release of this environment is under way, and it is not clear whether it is the one to undo.',
  cause: 'A rollback by hand while another run releases.',
  help: 'Wait until the other run has ended or cancel it, and run the rollback again; or name what to undo with `target`.',
};

export const lockUnknown: FindingKind = {
  code: 'rollback/lock-unknown',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'Whether another repository releases to the environment at this moment is not known; the rollback goes on.',
  cause: 'A token that may not read the deployments of `lock-repository`, or an API of GitHub that did not answer.',
  help: 'Look whether another repository releases now; pass as `github-token` one that may read Deployments and Actions of both repositories.',
};

/** What is to be undone, and where each service goes back to. */
export interface Undoing {
  record: ReleaseRecord;
  targets: Map<string, Deployment>;
  /** Whether the record says which services are concerned; else all that are chosen are. */
  recorded: boolean;
  /** What is to be said of how it was found, such as that there is no record. */
  notes: Finding[];
  /** The release on GitHub, where it is known there; a failure to find it is a finding of its own. */
  release: () => Promise<PastRelease | undefined>;
  /** What ran on the databases since; a failure to find it out is a gap in it. */
  since: () => Promise<Since>;
}

/** Why nothing can be undone. */
export interface NothingToUndo {
  result: Result;
  /** Half a sentence. */
  why: string;
  findings: Finding[];
}

/**
 * The release to undo: the one of the record that was handed over, the newest with a record, or the one whose id was
 * given; or no release, and one deployment of one service as the target. Digits alone are the id of a release first.
 */
export async function releaseToUndo(options: RollbackOptions): Promise<Undoing | NothingToUndo> {
  const { target, record, releases, environment } = options;
  if (target === '' || target === 'previous') {
    return (record && handedOver(record, releases)) ?? (await newestOf(options));
  }
  if (!/^\d+$/.test(target)) return toDeployment(options);
  const undoing = await byId(releases, environment, target);
  return 'findings' in undoing && mayBeVersion(options) ? toDeployment(options) : undoing;
}

/** Only a service that commands deploy may count its versions; no other platform has ids of digits alone. */
function mayBeVersion({ services }: RollbackOptions): boolean {
  return services.length === 1 && services[0]?.service.platform === 'command';
}

function handedOver(record: ReleaseRecord, releases: Releases): Undoing {
  const sameCommit = (release: PastRelease) => release.record.commit === record.commit;
  return {
    record,
    targets: readTargets(record),
    recorded: true,
    notes: [],
    release: () => firstOf(releases, record.environment, sameCommit),
    // An earlier attempt of the same commit may have applied what this one found applied already.
    since: async () => {
      const records = [record];
      try {
        for await (const release of releases.past(record.environment)) {
          if (!sameCommit(release) && !(await releases.gaveWay(release))) break;
          records.push(release.record);
        }
        return { records, gap: undefined };
      } catch {
        return { records, gap: undefined }; // its own record says what this release has applied
      }
    },
  };
}

async function newestOf(options: RollbackOptions): Promise<Undoing | NothingToUndo> {
  const { releases, environment, empty } = options;
  const elsewhere = await releaseElsewhere(options);
  const other = (await releases.underWay(environment)) ?? elsewhere.other;
  if (other) {
    const message = `A release is under way: ${describeHolder(other)}.`;
    return { result: 'refused', why: 'another release is under way', findings: [found(releaseUnderWay, { message })] };
  }
  const records: ReleaseRecord[] = [];
  for await (const release of releases.past(environment)) {
    records.push(release.record);
    if (!(await releases.gaveWay(release))) return { ...known(release, records), notes: elsewhere.notes };
  }
  const gap = 'No release has a record, so which migrations ran since the targets were live is not known.';
  return {
    record: empty,
    targets: new Map(),
    recorded: false,
    notes: [found(withoutRecord, { message: 'No release of this environment has a record.' }), ...elsewhere.notes],
    release: async () => undefined,
    since: async () => ({ records, gap }),
  };
}

/**
 * The release of another repository that holds the environment. A lock that cannot be asked keeps nobody from going
 * back.
 */
async function releaseElsewhere({ lock }: RollbackOptions): Promise<{ other: UnderWay | undefined; notes: Finding[] }> {
  try {
    return { other: await lock?.holder(), notes: [] };
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    const message = `The lock of the environment could not be asked: ${explainError(error)}`;
    return { other: undefined, notes: [found(lockUnknown, { message })] };
  }
}

/** Undoes the release and, with it, those that came after. */
async function byId(releases: Releases, environment: string, id: string): Promise<Undoing | NothingToUndo> {
  const records: ReleaseRecord[] = [];
  for await (const release of releases.past(environment)) {
    records.push(release.record);
    if (release.id === id) return known(release, records);
  }
  const message = `No release to ${environment || 'production'} with the id ${id} has a record.`;
  return {
    result: 'no-target',
    why: 'there is nothing known to go back to',
    findings: [found(noRelease, { message })],
  };
}

function known(release: PastRelease, records: ReleaseRecord[]): Undoing {
  return {
    record: release.record,
    targets: readTargets(release.record),
    recorded: true,
    notes: [],
    release: async () => release,
    since: async () => ({ records, gap: undefined }),
  };
}

async function toDeployment(options: RollbackOptions): Promise<Undoing> {
  const { target, record, releases, environment, services, empty } = options;
  const meant = findNearest(target, ['previous']);
  if (meant !== undefined) {
    const message = `The input \`target\` is "${target}".`;
    throw new GateError([found(invalidInput, { message, help: `Did you mean "${meant}"?` })]);
  }
  const [only, ...more] = services;
  if (only === undefined || more.length > 0) {
    const message = `The input \`target\` is "${target}", a deployment of one service, and ${services.length} services are meant.`;
    throw new GateError([found(invalidInput, { message, help: 'Name the one service with the input `services`.' })]);
  }
  // The target is known; a record only adds the commit and the release to mark, so none is needed.
  const undoing = record
    ? handedOver(record, releases)
    : await firstOf(releases, environment, () => true).then(
        release => release && known(release, [release.record]),
        () => undefined,
      );
  const { before } = undoing?.record.services[only.name] ?? {};
  const commit = before?.id === target && before.commit ? { commit: before.commit } : {};
  return {
    record: undoing?.record ?? empty,
    targets: new Map([[only.name, { id: target, ...commit }]]),
    recorded: true,
    notes: [],
    release: undoing?.release ?? (async () => undefined),
    since: () => sinceDeployment(only.name, target, options),
  };
}

/** The releases since the one that has replaced the deployment. */
async function sinceDeployment(
  service: string,
  id: string,
  { record, releases, environment }: RollbackOptions,
): Promise<Since> {
  const records = record ? [record] : [];
  if (record?.services[service]?.before?.id === id) return { records, gap: undefined };
  try {
    for await (const release of releases.past(environment)) {
      records.push(release.record);
      const replaced = release.record.services[service]?.before?.id === id;
      if (replaced && !(await releases.gaveWay(release))) return { records, gap: undefined };
    }
    const gap = `No release record knows ${id} of ${service}, so which migrations ran since it was live is not known.`;
    return { records: [], gap };
  } catch (error) {
    return { records, gap: gapOf(error) };
  }
}

async function firstOf(
  releases: Releases,
  environment: string,
  fits: (release: PastRelease) => boolean,
): Promise<PastRelease | undefined> {
  for await (const release of releases.past(environment)) {
    if (fits(release) && !(await releases.gaveWay(release))) return release;
  }
  return undefined;
}

function readTargets(record: ReleaseRecord): Map<string, Deployment> {
  return new Map(Object.entries(record.services).flatMap(([name, { before }]) => (before ? [[name, before]] : [])));
}
