import { invalidInput } from '../../config/findings.ts';
import { explainError, GateError } from '../../core/errors.ts';
import { type Finding, found } from '../../core/finding.ts';
import { findNearest } from '../../core/nearest.ts';
import type { Deployment, ReleaseRecord } from '../../core/record.ts';
import type { PastRelease, Releases } from '../../core/releases.ts';
import type { ReleaseChoice } from './options.ts';
import type { Since } from './schema-guard.ts';

/** What to undo, and what each service goes back to. */
export interface Undoing {
  record: ReleaseRecord;
  targets: Map<string, Deployment>;
  /** Whether the record says which services take part; otherwise all chosen ones do. */
  isRecorded: boolean;
  /** Whether someone named what to go back to or what to undo, so that it may replace any version. */
  isNamed: boolean;
  /** What to report about how it was found, such as a missing record. */
  notes: Finding[];
  /** Finds the deployments on GitHub that stand for the release. A failure to do so has a finding of its own. */
  findReleases: () => Promise<PastRelease[]>;
  /** Finds what ran on the databases since. A failure to do so is a gap in it. */
  findSince: () => Promise<Since>;
}

/** Undoes the release whose record an earlier step passed on. */
export function undoRecord(record: ReleaseRecord, releases: Releases): Undoing {
  return {
    record,
    targets: listTargets(record),
    isRecorded: true,
    isNamed: false,
    notes: [],
    findReleases: () => listFirst(releases, record.environment, release => release.record.commit === record.commit),
    findSince: () => findAttempts(record, releases),
  };
}

/**
 * Undoes a release that GitHub knows. `parts`: what the jobs of its run released, the newest first. `records`: its own
 * and those of the releases after it.
 */
export function undoRelease(parts: PastRelease[], records: ReleaseRecord[]): Undoing {
  const record = joinRecords(parts.map(part => part.record));
  return {
    record,
    targets: listTargets(record),
    isRecorded: true,
    isNamed: false,
    notes: [],
    findReleases: async () => parts,
    findSince: async () => ({ records, gap: undefined }),
  };
}

/** Goes back to what the platforms say was live before. */
export function undoUnrecorded(empty: ReleaseRecord, records: ReleaseRecord[]): Undoing {
  const gap = 'No release has a record, so the gate does not know which migrations ran since the targets were live.';
  return {
    record: empty,
    targets: new Map(),
    isRecorded: false,
    isNamed: false,
    notes: [],
    findReleases: async () => [],
    findSince: async () => ({ records, gap }),
  };
}

/** Takes services back to deployments or versions that someone named, by service. The others stay as they are. */
export async function undoToDeployments(named: Map<string, string>, choice: ReleaseChoice): Promise<Undoing> {
  const { record, releases, environment, empty } = choice;
  // The targets are known. A record only adds their commits and the release to mark, so it may be missing.
  const undoing = record ? undoRecord(record, releases) : await findNewest(releases, environment);
  const known = undoing?.record ?? empty;
  const targets = [...named].map(([service, id]): [string, Deployment] => {
    const { before } = known.services[service] ?? {};
    return [service, { id, ...(before?.id === id && before.commit && { commit: before.commit }) }];
  });
  const services = Object.fromEntries(Object.entries(known.services).filter(([name]) => named.has(name)));
  return {
    record: { ...known, services },
    targets: new Map(targets),
    isRecorded: true,
    isNamed: true,
    notes: [],
    findReleases: undoing?.findReleases ?? (() => listFirst(releases, environment, () => true)),
    findSince: () => findReleasesSince(named, choice),
  };
}

/** Takes one service back to the deployment or version in the input `target`. */
export async function undoToDeployment(choice: ReleaseChoice): Promise<Undoing> {
  return undoToDeployments(new Map([[requireOneService(choice), choice.target]]), choice);
}

/** The name of the service that goes back. Throws a GateError if the target cannot be a deployment of one service. */
function requireOneService({ target, services }: ReleaseChoice): string {
  const meant = findNearest(target, ['previous']);
  if (meant !== undefined) {
    const message = `The input \`target\` is "${target}".`;
    throw new GateError([found(invalidInput, { message, help: `Did you mean "${meant}"?` })]);
  }
  const [only, ...more] = services;
  if (only !== undefined && more.length === 0) return only.name;
  const message = `The input \`target\` is "${target}", a deployment of one service, but ${services.length} services would go back.`;
  throw new GateError([found(invalidInput, { message, help: 'Name the one service with the input `services`.' })]);
}

async function findNewest(releases: Releases, environment: string): Promise<Undoing | undefined> {
  try {
    const [release] = await listFirst(releases, environment, () => true);
    return release && undoRelease([release], [release.record]);
  } catch {
    return undefined; // the service can go back without it
  }
}

/** An earlier attempt at the same commit may have applied migrations that this one found applied. */
async function findAttempts(record: ReleaseRecord, releases: Releases): Promise<Since> {
  const records = [record];
  try {
    for await (const release of releases.past(record.environment)) {
      if (release.record.commit !== record.commit && !(await releases.gaveWay(release))) break;
      records.push(release.record);
    }
    return { records, gap: undefined };
  } catch {
    return { records, gap: undefined }; // its own record says what this release applied
  }
}

/** The releases since those that replaced the named deployments. */
async function findReleasesSince(
  named: Map<string, string>,
  { record, releases, environment }: ReleaseChoice,
): Promise<Since> {
  const records = record ? [record] : [];
  const open = new Map([...named].filter(([service, id]) => record?.services[service]?.before?.id !== id));
  if (open.size === 0) return { records, gap: undefined };
  try {
    for await (const release of releases.past(environment)) {
      records.push(release.record);
      const replaced = [...open].filter(([service, id]) => release.record.services[service]?.before?.id === id);
      if (replaced.length === 0 || (await releases.gaveWay(release))) continue;
      for (const [service] of replaced) open.delete(service);
      if (open.size === 0) return { records, gap: undefined };
    }
    const which = [...open].map(([service, id]) => `${id} of ${service}`).join(' and ');
    const gap = `No release record mentions ${which}, so the gate does not know which migrations ran since it was live.`;
    return { records: named.size === 1 ? [] : records, gap };
  } catch (error) {
    return { records, gap: `The records of earlier releases could not be read: ${explainError(error)}` };
  }
}

/** The first release that fits, as a list; an empty one if none does. */
async function listFirst(
  releases: Releases,
  environment: string,
  fits: (release: PastRelease) => boolean,
): Promise<PastRelease[]> {
  for await (const release of releases.past(environment)) {
    if (fits(release) && !(await releases.gaveWay(release))) return [release];
  }
  return [];
}

/** One record of what several jobs, or several attempts, of a run released. The first attempt knows the way back. */
function joinRecords([newest, ...earlier]: ReleaseRecord[]): ReleaseRecord {
  if (newest === undefined) throw new TypeError('A release has at least one record.');
  let joined = newest;
  for (const record of earlier) joined = joinEarlier(joined, record);
  return joined;
}

function joinEarlier(joined: ReleaseRecord, earlier: ReleaseRecord): ReleaseRecord {
  const services = Object.entries(earlier.services).map(([name, { before, ...rest }]) => [
    name,
    { ...rest, ...joined.services[name], ...(before && { before }) },
  ]);
  return {
    ...joined,
    services: { ...joined.services, ...Object.fromEntries(services) },
    databases: { ...earlier.databases, ...joined.databases },
  };
}

/** A service that ran the release before the release began has no way back in its record. */
function listTargets({ services, commit }: ReleaseRecord): Map<string, Deployment> {
  return new Map(
    Object.entries(services).flatMap(([name, { before, after }]) =>
      before === undefined || (before.id === after?.id && before.commit === commit) ? [] : [[name, before]],
    ),
  );
}
