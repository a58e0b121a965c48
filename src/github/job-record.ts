import { invalidInput } from '../config/findings.ts';
import type { Variables } from '../core/context.ts';
import { GateError } from '../core/errors.ts';
import { found } from '../core/finding.ts';
import { createRecord, parseRecord, type ReleaseRecord } from '../core/record.ts';
import type { Inputs } from './inputs.ts';
import { jobStateUnreadable, openJobState, type Subject } from './job-state.ts';

/** The release record, as the steps of a job hand it on. */
export interface JobRecord {
  /** The record of a release that has not begun. */
  empty: ReleaseRecord;
  /**
   * The record from the input `record`, otherwise the one that an earlier step of the job handed on, otherwise a new
   * one. Throws a GateError for a record that is not valid: without it, a smoke test would vouch for the version that a
   * staged release has not replaced yet, and a rollback could undo the release before.
   */
  read(): ReleaseRecord;
  /** Hands the record on to the steps after this one. Throws when that fails. */
  handOn(record: ReleaseRecord): void;
}

/**
 * The record of one release: two steps share it when they name the same configuration file, environment and commit. A
 * job may release twice, such as to two environments.
 */
export function openJobRecord(inputs: Inputs, commit: string, variables: Variables): JobRecord {
  const environment = inputs.text('environment');
  const subject: Subject = ['record', inputs.text('config'), environment, commit];
  const state = openJobState(variables);
  const empty = createRecord(environment, commit);
  const isOfThisRelease = (record: ReleaseRecord) => record.commit === commit && isOfEnvironment(record, environment);
  return {
    empty,
    read: () => {
      const given = inputs.text('record');
      if (given !== '') return parseGiven(given);
      const handedOn = state?.read(subject);
      return handedOn === undefined ? empty : parseHandedOn(handedOn, isOfThisRelease);
    },
    handOn: record => {
      if (isOfThisRelease(record)) state?.write(subject, record); // a rollback by hand reports an earlier release
    },
  };
}

/** If either names no environment, the configuration has only one. */
function isOfEnvironment(record: ReleaseRecord, environment: string): boolean {
  return environment === '' || record.environment === '' || record.environment === environment;
}

function parseGiven(text: string): ReleaseRecord {
  const record = parseRecord(text);
  if (record) return record;
  const message = 'The input `record` is not a release record of this version of release-gates.';
  const help = 'Pass the output `record` of an earlier gate of the same release, or leave it out.';
  throw new GateError([found(invalidInput, { message, help })]);
}

function parseHandedOn(value: unknown, isOfThisRelease: (record: ReleaseRecord) => boolean): ReleaseRecord {
  const record = parseRecord(value);
  if (record && isOfThisRelease(record)) return record;
  const message = record
    ? `An earlier step of this job handed on the record of another release, of the commit ${record.commit}.`
    : 'What an earlier step of this job handed on is not a release record of this version of release-gates.';
  throw new GateError([found(jobStateUnreadable, { message })]);
}
