import type { PostgresSession } from '../../../clients/postgres.ts';
import { isSqlError } from '../../../clients/postgres-errors.ts';
import { findSideEffect, queryNotReadOnly } from '../../../clients/postgres-reading.ts';
import { GateError } from '../../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { Target } from '../target.ts';

export const assertionFailed: FindingKind = {
  code: 'schema/assertion-failed',
  severity: 'error',
  boundary: 'data',
  meaning: 'An assertion of the configuration does not hold in the database.',
  cause: 'Data or a schema that differs from what the code relies on, or a missing table or column.',
  help: 'Look at the data that the assertion queries.',
};

export const invalidAssertion: FindingKind = {
  ...assertionFailed,
  code: 'schema/invalid-assertion',
  meaning: 'The database could not evaluate an assertion of the configuration, so the assertion decided nothing.',
  cause: 'A mistake in its SQL, a missing right, or a query that takes too long.',
  help: 'Write one SELECT with one value, which is true when all is well.',
};

/** Milliseconds that one assertion may take. */
const patience = 10_000;

/** undefined_table, undefined_column (docs: PostgreSQL, Error Codes): the release should have created them. */
const missing = ['42P01', '42703'];

/** Throws a GateError for an assertion that does more than read. */
export async function refuseSideEffects(session: PostgresSession, target: Target, name: string): Promise<void> {
  const does = await findSideEffect(session, target.assertions.get(name) ?? '');
  if (does === undefined) return;
  const message = `The assertion "${name}" ${does}.`;
  throw new GateError([found(queryNotReadOnly, { message, place: target.placeOf('assert', name) })]);
}

/** Runs in a read-only transaction. Throws a GateError if the answer decides nothing. */
export async function checkAssertion(session: PostgresSession, target: Target, name: string): Promise<Finding[]> {
  const place = target.placeOf('assert', name);
  const sql = target.assertions.get(name) ?? '';
  let first: unknown;
  await refuseSideEffects(session, target, name);
  try {
    await session.transaction({ transaction_read_only: 'on', statement_timeout: `${patience}ms` }, async () => {
      const [row] = await session.ask<Record<string, unknown>>(sql);
      first = Object.values(row ?? {})[0];
    });
  } catch (error) {
    if (!isSqlError(error)) throw error;
    if (missing.includes(error.code)) {
      const message = `The assertion "${name}" uses something that ${target.name} does not have: ${error.message}.`;
      return [found(assertionFailed, { message, place })];
    }
    const message = `The assertion "${name}" failed: ${error.message}.`;
    throw new GateError([found(invalidAssertion, { message, place })]);
  }
  if (first === true) return [];
  if (typeof first !== 'boolean') {
    const message = `The assertion "${name}" returns ${first === undefined ? 'no row' : `a ${typeof first}`} instead of true or false.`;
    throw new GateError([found(invalidAssertion, { message, place })]);
  }
  return [found(assertionFailed, { message: `The assertion "${name}" does not hold in ${target.name}.`, place })];
}
