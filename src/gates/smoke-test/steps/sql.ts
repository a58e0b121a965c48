import { startDeadline } from '../../../clients/deadline.ts';
import { NetworkError, timedOut } from '../../../clients/network-error.ts';
import { connectPostgres, type PostgresSession } from '../../../clients/postgres.ts';
import { isSqlError, type SqlError } from '../../../clients/postgres-errors.ts';
import { createReading, queryNotReadOnly } from '../../../clients/postgres-reading.ts';
import { parsePostgresUrl } from '../../../clients/postgres-url.ts';
import type { SqlStep } from '../../../config/schema/smoke/steps/sql.ts';
import { parseExactly } from '../../../core/big-integers.ts';
import type { Outcome } from '../../../core/check.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { isMapping } from '../../../core/is-mapping.ts';
import { pluralize } from '../../../core/plural.ts';
import type { Step } from '../plan/model.ts';
import { judgeStored, wrongStoredData } from '../stored/judge.ts';
import type { StepAbout, Visit } from '../visit.ts';

export const sqlRefused: FindingKind = {
  code: 'smoke/sql-refused',
  severity: 'error',
  boundary: 'data',
  meaning: 'The database rejected the statement of a step, so the step decided nothing.',
  cause: 'The SQL is not valid, the release renamed a table or column, or the role lacks a right.',
  help: 'Run the statement by hand as the same user.',
};

/** Runs the statement in its own transaction, which is read-only unless the step sets `writes`. */
export async function run(step: Step<SqlStep>, visit: Visit): Promise<Outcome> {
  const { context, scope } = visit;
  const { declared } = step;
  const about = visit.describe(step);
  const place = step.placeOf('database');
  const address = parsePostgresUrl(
    visit.run.plan.variables.get(declared.database) ?? '',
    declared.database,
    place,
    context.variables,
  );
  const statement = scope.resolveText(declared.sql);
  const values = declared.values.map(value => scope.resolve(value));
  visit.showCommand(() => `psql "$${declared.database}" -c '${statement.replaceAll("'", "'\\''")}'`);
  const readOnlyHelp = `Set \`writes: true\` if the step is meant to change data. ${queryNotReadOnly.help}`;
  const reading = createReading(statement, step.placeOf('sql'), readOnlyHelp);
  if (!declared.writes) await reading.prepare();
  const deadline = startDeadline(declared.timeout, context.signal);
  const started = performance.now();
  try {
    const session = await connectPostgres(address, { signal: deadline.signal, folder: context.workspace, place });
    try {
      const asked = performance.now();
      const rows = declared.writes ? await change(session, statement, values) : await reading.ask(session, values);
      const took = performance.now() - asked;
      const detail = pluralize(rows.length, 'row');
      const isWrongCount = declared.count !== undefined && declared.count !== rows.length;
      const message = `${about.target}: ${detail}, expected ${declared.count}.`;
      const findings = isWrongCount ? [found(wrongStoredData, { message, ...about.where })] : [];
      return await judgeStored(
        { ...convertRows(rows, declared.expect), took, detail, findings },
        declared,
        visit,
        about,
      );
    } finally {
      await session.close();
    }
  } catch (error) {
    context.signal.throwIfAborted();
    if (deadline.passed)
      throw new NetworkError(timedOut, `The database ${address.name} gave no answer within ${declared.timeout} ms`);
    if (!isSqlError(error)) throw error;
    const detail = `rejected after ${Math.round(performance.now() - started)} ms`;
    return { verdict: 'error', findings: [reportRejection(error, step, about)], detail };
  } finally {
    deadline.clear();
  }
}

async function change(session: PostgresSession, statement: string, values: unknown[]): Promise<object[]> {
  let rows: object[] = [];
  await session.transaction({ transaction_read_only: 'off' }, async () => {
    rows = await session.ask(statement, values);
  });
  return rows;
}

function reportRejection(error: SqlError, step: Step, { target, where }: StepAbout): Finding {
  const message = `${target}: the database rejected it: ${error.message}.`;
  return found(sqlRefused, { message, ...where, place: step.placeOf('sql') });
}

/** Converts values to JSON. If a mapping is expected, the value is the only row. */
function convertRows(rows: object[], expected: unknown): { value: unknown; whole: unknown } {
  const whole = parseExactly(JSON.stringify(rows)) as unknown[];
  return { value: isMapping(expected) && whole.length === 1 ? whole[0] : whole, whole };
}
