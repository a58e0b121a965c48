import { invalidInput } from '../../config/findings.ts';
import { GateError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import type { Deployment, ReleaseRecord } from '../../core/record.ts';
import type { PastRelease, Releases } from '../../core/releases.ts';
import type { RollbackOptions } from './options.ts';

export const noRelease: FindingKind = {
  code: 'rollback/no-release',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'There is no record of the release to undo, so it is not known what was live before. Nothing was changed.',
  cause: 'No release of this environment by the deploy gate yet, one whose record could not be written, or a wrong id.',
  remedy: 'Name the target by hand: one service as `services`, and its deployment id or image as `target`.',
};

/** What is to be undone, and where each service goes back to. */
export interface Undoing {
  record: ReleaseRecord;
  targets: Map<string, Deployment>;
  /** The release on GitHub, where it is known there; a failure to find it is a finding of its own. */
  release: () => Promise<PastRelease | undefined>;
}

/**
 * The release to undo: the one of the record that was handed over, the newest with a record, or the one whose id was
 * given; or no release, and one deployment of one service as the target. Undefined where there is none.
 */
export async function releaseToUndo(options: RollbackOptions): Promise<Undoing | undefined> {
  const { target, record, releases, environment, services } = options;
  const given = record && { record, release: () => releaseOf(record, releases) };
  if (target === '' || target === 'previous') {
    const undoing = given ?? known(await newest(releases, environment));
    return undoing && { ...undoing, targets: targetsOf(undoing.record) };
  }
  if (/^\d+$/.test(target)) {
    const undoing = known(await byId(releases, environment, target));
    return undoing && { ...undoing, targets: targetsOf(undoing.record) };
  }
  const [only, ...more] = services;
  if (only === undefined || more.length > 0) {
    const seen = `The input \`target\` is "${target}", a deployment of one service, and ${services.length} services are meant.`;
    throw new GateError([found(invalidInput, { seen, remedy: 'Name the one service with the input `services`.' })]);
  }
  // The target is known; a record only adds the commit and the release to mark, so none is needed.
  const undoing = given ?? known(await newest(releases, environment).catch(() => undefined));
  const targets = new Map([[only.name, { id: target, ...commitOf(undoing?.record, only.name, target) }]]);
  return { record: options.empty, release: async () => undefined, ...undoing, targets };
}

function known(release: PastRelease | undefined): Pick<Undoing, 'record' | 'release'> | undefined {
  return release && { record: release.record, release: async () => release };
}

async function newest(releases: Releases, environment: string): Promise<PastRelease | undefined> {
  for await (const release of releases.past(environment)) return release;
  return undefined;
}

async function byId(releases: Releases, environment: string, id: string): Promise<PastRelease | undefined> {
  for await (const release of releases.past(environment)) if (release.id === id) return release;
  return undefined;
}

/** The newest release of the same commit: the one whose record was handed over. */
async function releaseOf(record: ReleaseRecord, releases: Releases): Promise<PastRelease | undefined> {
  for await (const release of releases.past(record.environment)) {
    if (release.record.commit === record.commit) return release;
  }
  return undefined;
}

function targetsOf(record: ReleaseRecord): Map<string, Deployment> {
  return new Map(Object.entries(record.services).flatMap(([name, { before }]) => (before ? [[name, before]] : [])));
}

function commitOf(record: ReleaseRecord | undefined, name: string, id: string): { commit?: string } {
  const { before } = record?.services[name] ?? {};
  return before?.id === id && before.commit ? { commit: before.commit } : {};
}
