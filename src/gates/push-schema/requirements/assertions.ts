import type { PostgresSession } from '../../../clients/postgres.ts';
import { isSqlError } from '../../../clients/postgres-errors.ts';
import { GateError } from '../../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { Target } from '../options.ts';

export const assertionFailed: FindingKind = {
  code: 'schema/assertion-failed',
  severity: 'error',
  boundary: 'data',
  meaning: 'An assertion of the configuration does not hold in the database.',
  cause: 'Data or a schema that is not as the code relies on.',
  remedy: 'Look at the data that the assertion asks for.',
};

export const invalidAssertion: FindingKind = {
  ...assertionFailed,
  code: 'schema/invalid-assertion',
  meaning: 'An assertion of the configuration could not be asked, so it decided nothing.',
  cause: 'A mistake in its SQL, or a question that takes too long.',
  remedy: 'Write one SELECT with one value that is true when all is well.',
};

/** Milliseconds that one assertion may take. */
const patience = 10_000;

/** query_canceled, which a statement that ran out of its time ends with (docs: PostgreSQL, Error Codes). */
const canceled = '57014';

/** Asks in a transaction that can change nothing. Throws a GateError where it takes too long to tell. */
export async function failedAssertion(session: PostgresSession, target: Target, name: string): Promise<Finding[]> {
  const place = target.placeOf('assert', name);
  const sql = target.assertions.get(name) ?? '';
  let first: unknown;
  try {
    await session.transaction({ transaction_read_only: 'on', statement_timeout: `${patience}ms` }, async () => {
      const [row] = await session.ask<Record<string, unknown>>(sql);
      first = Object.values(row ?? {})[0];
    });
  } catch (error) {
    if (!isSqlError(error)) throw error;
    if (error.code === canceled) {
      const seen = `The assertion "${name}" was given no answer: ${error.message}.`;
      throw new GateError([found(invalidAssertion, { seen, place })]);
    }
    return [found(invalidAssertion, { seen: `The assertion "${name}" answers: ${error.message}.`, place })];
  }
  if (first === true) return [];
  if (typeof first !== 'boolean') {
    const seen = `The assertion "${name}" answers ${first === undefined ? 'no row' : `a ${typeof first}`}, and neither true nor false.`;
    return [found(invalidAssertion, { seen, place })];
  }
  return [found(assertionFailed, { seen: `The assertion "${name}" does not hold in ${target.name}.`, place })];
}
