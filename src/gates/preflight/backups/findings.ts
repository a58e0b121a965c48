import { formatDuration } from '../../../core/duration.ts';
import { Undecided } from '../../../core/errors.ts';
import { type Finding, type FindingKind, found, type Place } from '../../../core/finding.ts';

const data = { severity: 'error', boundary: 'data' } as const;

export const noBackup: FindingKind = {
  ...data,
  code: 'data/no-backup',
  meaning: 'The database has no complete backup, so data that a bad release destroys cannot be restored.',
  cause: 'The plan has no backups, nobody switched them on, or all of them failed.',
  help: 'Switch on backups at the provider, and wait for the first one before you release.',
};

export const oldBackup: FindingKind = {
  ...data,
  code: 'data/old-backup',
  meaning: 'The newest complete backup is too old: a restore would lose everything after it.',
  cause: 'The schedule was paused, or the last backups failed.',
  help: 'Make a backup now, and find out why the schedule did not.',
};

export const smallBackup: FindingKind = {
  ...data,
  code: 'data/small-backup',
  meaning: 'The newest backup is smaller than the data, so it may be incomplete.',
  cause: 'It is a backup of an empty or wrong database, or the backup was interrupted.',
  help: 'Check what the backup holds, and make another one.',
};

export const unreadableDate: FindingKind = {
  ...data,
  severity: 'warning',
  code: 'data/backup-date-unreadable',
  meaning: 'The provider gives the date of a backup in a form that the gate cannot read, so its age is unknown.',
  cause: "A change of the provider's API.",
  help: "Check the newest backup in the provider's console, and report a bug of release-gates.",
};

/** A complete backup. */
export interface Complete {
  /** Milliseconds since the epoch. */
  at: number;
  /** Undefined where the provider does not say. */
  bytes?: number | undefined;
}

export interface Wanted {
  /** The name of the backup in the configuration. */
  name: string;
  /** Milliseconds. */
  youngerThan: number;
  now: number;
  /** The place of a key of the backup, or of the backup itself. */
  findPlace(key?: string): Place;
}

export interface Judged extends Wanted {
  /** What a person calls it: `The database main on Supabase`. */
  what: string;
  /** Bytes. */
  largerThan?: number;
  /** What to say when there is no complete backup. Default: `has no complete backup`. */
  none?: string;
}

/** What is wrong with the newest of the complete backups. Throws Undecided if the date of one cannot be read. */
export function judgeBackups(complete: Complete[], judged: Judged): Finding[] {
  const { what, now, findPlace, youngerThan, largerThan = 0, none = 'has no complete backup' } = judged;
  if (complete.some(({ at }) => Number.isNaN(at))) throw leaveAgeUndecided(judged);
  const newest = complete.toSorted((a, b) => b.at - a.at)[0];
  if (!newest) return [found(noBackup, { message: `${what} ${none}.`, place: findPlace() })];
  const age = now - newest.at;
  const when = new Date(newest.at).toISOString().replace(/\.\d+/, '');
  if (age > youngerThan) {
    const message = `${what}: the newest complete backup, of ${when}, is ${formatDuration(age)} old; the limit is ${formatDuration(youngerThan)}.`;
    return [found(oldBackup, { message, place: findPlace('younger-than') })];
  }
  if (newest.bytes !== undefined && newest.bytes < largerThan) {
    const message = `${what}: the backup of ${when} has ${newest.bytes} bytes, expected at least ${largerThan}.`;
    return [found(smallBackup, { message, place: findPlace('larger-than') })];
  }
  return [];
}

export function leaveAgeUndecided({ what, findPlace }: Judged): Undecided {
  const message = `${what}: the date of a backup cannot be read.`;
  return new Undecided([found(unreadableDate, { message, place: findPlace() })]);
}
