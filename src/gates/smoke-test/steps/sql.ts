import { startDeadline } from '../../../clients/deadline.ts';
import { NetworkError, timedOut } from '../../../clients/network-error.ts';
import { connectPostgres } from '../../../clients/postgres.ts';
import { isSqlError } from '../../../clients/postgres-errors.ts';
import { parsePostgresUrl } from '../../../clients/postgres-url.ts';
import { isMapping } from '../../../config/mapping.ts';
import type { SqlStep } from '../../../config/schema/smoke/steps/sql.ts';
import type { Outcome } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import type { Step } from '../plan/model.ts';
import { judgeStored, wrongStoredData } from '../stored/judge.ts';
import type { Visit } from '../visit.ts';

export const sqlRefused: FindingKind = {
  code: 'smoke/sql-refused',
  severity: 'error',
  boundary: 'data',
  meaning: 'The database rejected the statement of a step, so the step decided nothing.',
  cause: 'The SQL is not valid, the release renamed a table or column, or the statement writes without `writes: true`.',
  help: 'Run the statement by hand as the same user.',
};

/** PostgreSQL's error for a write in a read-only transaction (docs: PostgreSQL, Error Codes). */
const readOnlyTransaction = '25006';

/** Runs the statement in its own transaction, which is read-only unless the step sets `writes`. */
export async function run(step: Step<SqlStep>, visit: Visit): Promise<Outcome> {
  const { context, scope } = visit;
  const { declared } = step;
  const about = visit.describe(step);
  const place = step.placeOf('database');
  const address = parsePostgresUrl(visit.run.plan.variables.get(declared.database) ?? '', declared.database, place);
  const statement = scope.resolveText(declared.sql);
  const values = declared.values.map(value => scope.resolve(value));
  visit.showCommand(() => `psql "$${declared.database}" -c '${statement.replaceAll("'", "'\\''")}'`);
  const deadline = startDeadline(declared.timeout, context.signal);
  const started = performance.now();
  try {
    const session = await connectPostgres(address, { signal: deadline.signal, folder: context.workspace, place });
    try {
      const asked = performance.now();
      let rows: object[] = [];
      const mode = declared.writes ? 'READ WRITE' : 'READ ONLY';
      await session.transaction({}, async () => {
        await session.query(`SET TRANSACTION ${mode}`);
        rows = await session.ask(statement, values);
      });
      const detail = pluralize(rows.length, 'row');
      const isWrongCount = declared.count !== undefined && declared.count !== rows.length;
      const message = `${about.target}: ${detail}, expected ${declared.count}.`;
      const findings = isWrongCount ? [found(wrongStoredData, { message, ...about.where })] : [];
      const stored = { ...convertRows(rows, declared.expect), took: performance.now() - asked, detail, findings };
      return await judgeStored(stored, declared, visit, about);
    } finally {
      await session.close();
    }
  } catch (error) {
    context.signal.throwIfAborted();
    if (deadline.passed)
      throw new NetworkError(timedOut, `The database ${address.name} gave no answer within ${declared.timeout} ms`);
    if (!isSqlError(error)) throw error;
    const help =
      error.code === readOnlyTransaction ? 'Set `writes: true` if the step is meant to change data.' : undefined;
    const message = `${about.target}: the database rejected it: ${error.message}.`;
    const finding = found(sqlRefused, { message, ...about.where, place: step.placeOf('sql'), ...(help && { help }) });
    return {
      verdict: 'error',
      findings: [finding],
      detail: `rejected after ${Math.round(performance.now() - started)} ms`,
    };
  } finally {
    deadline.clear();
  }
}

/** Converts values to JSON. If a mapping is expected, the value is the only row. */
function convertRows(rows: object[], expected: unknown): { value: unknown; whole: unknown } {
  const whole: unknown[] = JSON.parse(
    JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
  );
  return { value: isMapping(expected) && whole.length === 1 ? whole[0] : whole, whole };
}
