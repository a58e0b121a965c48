import { invalidInput } from '../../config/findings.ts';
import { explainError, GateError, UnreadableRecord } from '../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import type { Lock } from '../../core/lock.ts';
import { suggestName } from '../../core/nearest.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import type { PastRelease, UnderWay } from '../../core/releases.ts';
import { describeHolder } from '../../release/turn.ts';
import type { Result } from './ending.ts';
import type { ReleaseChoice } from './options.ts';
import {
  type Undoing,
  undoRecord,
  undoRelease,
  undoToDeployment,
  undoToDeployments,
  undoUnrecorded,
} from './undoing.ts';

export const noRelease: FindingKind = {
  code: 'rollback/no-release',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The release to undo has no record, so the gate does not know what was live before it. Nothing was changed.',
  cause: 'The id is wrong or belongs to another environment, or the record of the release could not be written.',
  help: 'Name the target by hand: one service as `services`, and its deployment id or image as `target`.',
};

export const withoutRecord: FindingKind = {
  code: 'rollback/without-record',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'No release has a record, so each service goes back to what its platform says was live before.',
  cause: 'The deploy gate has not released to this environment yet, or it could not write the record.',
  help: 'Check that the versions named here belong together. Deploy with the gate, which records them from then on.',
};

export const releaseUnderWay: FindingKind = {
  code: 'rollback/release-under-way',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A release of this environment is in progress, so it is not clear which release to undo.',
  cause: 'Someone started a rollback by hand while another run releases.',
  help: 'Wait until the other run ends, or cancel it, and run the rollback again. Or name what to undo with `target`.',
};

export const lockUnknown: FindingKind = {
  code: 'rollback/lock-unknown',
  severity: 'warning',
  boundary: 'delivery',
  meaning:
    'The gate could not see whether another repository releases to the environment right now. The rollback goes ahead.',
  cause: 'The token may not read the deployments of `lock-repository`, or GitHub did not answer.',
  help: 'Check whether another repository is releasing. Pass a `github-token` that may read Deployments and Actions of both repositories.',
};

/** Why there is nothing to undo. */
export interface NothingToUndo {
  result: Result;
  /** Half a sentence. */
  why: string;
  findings: Finding[];
}

/**
 * Finds the release to undo: the one whose record was passed on, the newest with a record, or the one with the given
 * id. A target of only digits is first looked up as such an id. Any other target is a deployment of one service.
 */
export async function findRelease(choice: ReleaseChoice): Promise<Undoing | NothingToUndo> {
  try {
    return await findChosen(choice);
  } catch (error) {
    if (!(error instanceof UnreadableRecord)) throw error;
    return { result: 'refused', why: 'the record of a release cannot be read', findings: error.findings };
  }
}

async function findChosen(choice: ReleaseChoice): Promise<Undoing | NothingToUndo> {
  const { target, record, releases } = choice;
  if (target === '' || target === 'previous') {
    if (record) return undoRecord(record, releases);
    return choice.cancelled ? findOfThisRun(choice) : findNewest(choice);
  }
  const named = parseTargets(choice);
  if (named) return undoToDeployments(named, choice);
  if (!/^\d+$/.test(target)) return undoToDeployment(choice);
  const undoing = await findById(choice);
  return 'findings' in undoing && canBeVersion(choice) ? undoToDeployment(choice) : undoing;
}

/** The deployments in a target such as `api=<id>, web=<id>`, by service; undefined for any other target. */
function parseTargets({ target, services }: ReleaseChoice): Map<string, string> | undefined {
  const items = target
    .split(/[,\n]/)
    .map(item => item.trim())
    .filter(item => item !== '');
  const pairs = items.map(item => /^([\w.-]+)\s*=\s*(\S+)$/.exec(item));
  if (!pairs.some(pair => pair !== null)) return undefined;
  const known = services.map(({ name }) => name);
  const findings = pairs.flatMap((pair, index) => {
    if (pair === null) {
      const message = `The input \`target\` has "${items[index]}" among deployments of services.`;
      return [found(invalidInput, { message, help: 'Write each one as `<service>=<deployment>`.' })];
    }
    const [, service = ''] = pair;
    if (known.includes(service)) return [];
    const message = `The input \`target\` names "${service}", which is not one of the services.`;
    return [found(invalidInput, { message, help: suggestName(service, known) })];
  });
  if (findings.length > 0) throw new GateError(findings);
  return new Map(pairs.map(pair => [pair?.[1] ?? '', pair?.[2] ?? '']));
}

/** Only a service that commands deploy can number its versions. On every platform, ids have more than digits. */
function canBeVersion({ services }: ReleaseChoice): boolean {
  return services.length === 1 && services[0]?.service.platform === 'command';
}

async function findNewest({ releases, environment, lock, empty }: ReleaseChoice): Promise<Undoing | NothingToUndo> {
  const elsewhere = await findReleaseElsewhere(lock);
  const other = (await releases.underWay(environment)) ?? elsewhere.other;
  if (other) {
    const findings = [found(releaseUnderWay, { message: `A release is in progress: ${describeHolder(other)}.` })];
    return { result: 'refused', why: 'another release is in progress', findings };
  }
  const records: ReleaseRecord[] = [];
  const parts: PastRelease[] = [];
  for await (const release of releases.past(environment)) {
    if (parts[0] && !isPartOf(parts[0], release)) break;
    records.push(release.record);
    if (!(await releases.gaveWay(release))) parts.push(release);
  }
  if (parts.length > 0) return { ...undoRelease(parts, records), notes: elsewhere.notes };
  const note = found(withoutRecord, { message: 'No release of this environment has a record.' });
  return { ...undoUnrecorded(empty, records), notes: [note, ...elsewhere.notes] };
}

/** A cancelled run never undoes the release of another one. */
async function findOfThisRun({ releases, environment, empty }: ReleaseChoice): Promise<Undoing | NothingToUndo> {
  const records: ReleaseRecord[] = [];
  const parts: PastRelease[] = [];
  for await (const release of releases.past(environment)) {
    if (await releases.gaveWay(release)) continue;
    if (release.record.run !== releases.run || release.record.commit !== empty.commit) break;
    records.push(release.record);
    parts.push(release);
  }
  if (parts.length > 0) return undoRelease(parts, records);
  return { result: 'not-needed', why: 'this run has released nothing', findings: [] };
}

/** The release of another repository that holds the environment. An unreadable lock does not stop the rollback. */
async function findReleaseElsewhere(
  lock: Lock | undefined,
): Promise<{ other: UnderWay | undefined; notes: Finding[] }> {
  try {
    return { other: await lock?.holder(), notes: [] };
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    const message = `The lock of the environment could not be read: ${explainError(error)}`;
    return { other: undefined, notes: [found(lockUnknown, { message })] };
  }
}

/** Whether both are what one run released of one commit, in several jobs or attempts. */
function isPartOf({ record: one }: PastRelease, { record: other }: PastRelease): boolean {
  return one.commit === other.commit && one.run !== undefined && one.run === other.run;
}

/** Undoes the release and those that came after it. */
async function findById({ target, releases, environment }: ReleaseChoice): Promise<Undoing | NothingToUndo> {
  const records: ReleaseRecord[] = [];
  let parts: PastRelease[] = [];
  const isFound = () => parts.some(({ id }) => id === target);
  for await (const release of releases.past(environment)) {
    if (parts[0] && !isPartOf(parts[0], release)) {
      if (isFound()) break;
      parts = [];
    }
    records.push(release.record);
    parts.push(release);
  }
  if (isFound()) return { ...undoRelease(parts, records), isNamed: true };
  const message = `No release to ${environment || 'production'} with the id ${target} has a record.`;
  const why = 'no earlier version is known';
  return { result: 'no-target', why, findings: [found(noRelease, { message })] };
}
