import { createHash, randomUUID } from 'node:crypto';
import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Variables } from '../core/context.ts';
import { formatError, GateError, getErrorCode } from '../core/errors.ts';
import { type FindingKind, found } from '../core/finding.ts';

export const jobStateUnreadable: FindingKind = {
  code: 'gate/job-state-unreadable',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'An earlier gate of this job left a file for this one, and the file is not valid. The gate changes nothing.',
  cause:
    'Another step of the job overwrote the file, or the gates of the job are of different versions of release-gates.',
  help: 'Pass the output `record` of an earlier gate as the input `record`: with it, the gate does not read the file. Then find the step that writes to RUNNER_TEMP.',
};

/** Far more than a release record needs; bytes. */
const largest = 2 * 1024 * 1024;

/** What a value in the job's state is about: two different subjects never read each other's value. */
export type Subject = readonly [kind: string, ...rest: string[]];

/**
 * What the steps of one job hand on to each other, in files under RUNNER_TEMP. Any step of the job can write there, so
 * what is read is as untrusted as an input: parse it before use.
 */
export interface JobState {
  /** The JSON value that a step of this job left; undefined where none did. Throws a GateError for a file it cannot use. */
  read(subject: Subject): unknown;
  /** Replaces the value in one move, so that no step reads half of it. Throws when it cannot be written. */
  write(subject: Subject, value: unknown): void;
}

/** Undefined outside of a job, where nothing is handed on. */
export function openJobState(variables: Variables): JobState | undefined {
  const {
    RUNNER_TEMP: folder,
    GITHUB_RUN_ID: run = '',
    GITHUB_RUN_ATTEMPT: attempt = '1',
    GITHUB_JOB: job,
  } = variables;
  // The runner empties RUNNER_TEMP between jobs; where another program does not, the name keeps runs and jobs apart.
  if (!folder || !/^\d+$/.test(run) || !/^\d+$/.test(attempt)) return undefined;
  const locate = (subject: Subject) => {
    const hash = createHash('sha256')
      .update(JSON.stringify([job, ...subject]))
      .digest('hex');
    return join(folder, `release-gates-${run}-${attempt}-${subject[0]}-${hash.slice(0, 32)}.json`);
  };
  return {
    read: subject => readJson(locate(subject)),
    write: (subject, value) => replaceFile(locate(subject), JSON.stringify(value)),
  };
}

function readJson(path: string): unknown {
  try {
    const file = lstatSync(path); // reading a pipe or a device would never end
    if (!file.isFile()) throw new Error('it is not a regular file');
    if (file.size > largest) throw new Error(`it is larger than ${largest} bytes`);
    return JSON.parse(readFileSync(path, 'utf8'), rejectPrototypeKey);
  } catch (error) {
    if (getErrorCode(error) === 'ENOENT') return undefined;
    const message = `${path} cannot be used: ${formatError(error)}.`;
    throw new GateError([found(jobStateUnreadable, { message })]);
  }
}

/** Code that copies an object key by key would set the prototype of the copy. */
function rejectPrototypeKey(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new Error('it has the key __proto__');
  return value;
}

function replaceFile(path: string, text: string): void {
  if (Buffer.byteLength(text) > largest) throw new Error(`it would be larger than ${largest} bytes`);
  const draft = `${path}.${randomUUID()}`;
  try {
    writeFileSync(draft, text, { flag: 'wx', mode: 0o600 });
    renameSync(draft, path); // replaces a link instead of following it
  } finally {
    rmSync(draft, { force: true });
  }
}
