import { startDeadline } from '../../../clients/deadline.ts';
import { NetworkError, timedOut } from '../../../clients/network-error.ts';
import { connectPostgres } from '../../../clients/postgres.ts';
import { isSqlError } from '../../../clients/postgres-errors.ts';
import { parsePostgresUrl } from '../../../clients/postgres-url.ts';
import type { SqlStep } from '../../../config/schema/smoke/behind.ts';
import type { Outcome } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import type { Step } from '../plan/model.ts';
import type { Visit } from '../visit.ts';
import { judgeStored, wrongData } from './rows.ts';

export const sqlRefused: FindingKind = {
  code: 'smoke/sql-refused',
  severity: 'error',
  boundary: 'data',
  meaning: 'The database refused the statement of a step, so nothing was asked.',
  cause:
    'A fault in the SQL, a table or column that the release renamed, or a statement that writes without `writes: true`.',
  help: 'Try the statement by hand with the same user.',
};

/** PostgreSQL's error for a write in a transaction that may only read (docs: PostgreSQL, Error Codes). */
const readOnlyTransaction = '25006';

/** Asks the database in a transaction of its own, which may only read unless the step says that it writes. */
export async function runSqlStep(declared: SqlStep, step: Step, visit: Visit): Promise<Outcome> {
  const { context, run, scope } = visit;
  const about = visit.about(step);
  const place = step.placeOf('database');
  const address = parsePostgresUrl(run.plan.variables.get(declared.database) ?? '', declared.database, place);
  const statement = scope.text(declared.sql);
  const values = declared.values.map(value => scope.value(value));
  visit.asks(() => `psql "$${declared.database}" -c '${statement.replaceAll("'", "'\\''")}'`);
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
      const wrongCount = declared.count !== undefined && declared.count !== rows.length;
      const message = `${about.target}: ${rows.length} rows, expected ${declared.count}.`;
      const stored = {
        ...asStored(rows, declared.expect),
        took: performance.now() - asked,
        detail: `${rows.length} rows`,
      };
      return await judgeStored(
        stored,
        declared,
        visit,
        about,
        wrongCount ? [found(wrongData, { message, ...about.where })] : [],
      );
    } finally {
      await session.close();
    }
  } catch (error) {
    context.signal.throwIfAborted();
    if (deadline.passed)
      throw new NetworkError(timedOut, `The database ${address.name} gave no answer within ${declared.timeout} ms`);
    if (!isSqlError(error)) throw error;
    const help =
      error.code === readOnlyTransaction ? 'Say `writes: true` if the step is meant to change data.' : undefined;
    const message = `${about.target}: the database refused it: ${error.message}.`;
    const finding = found(sqlRefused, { message, ...about.where, place: step.placeOf('sql'), ...(help && { help }) });
    return {
      verdict: 'error',
      findings: [finding],
      detail: `refused after ${Math.round(performance.now() - started)} ms`,
    };
  } finally {
    deadline.clear();
  }
}

/** Values as JSON has them; the only row where a mapping is expected. */
function asStored(rows: object[], expected: unknown): { value: unknown; whole: unknown } {
  const whole: unknown[] = JSON.parse(
    JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
  );
  const meansOne = expected !== null && typeof expected === 'object' && !Array.isArray(expected);
  return { value: meansOne && whole.length === 1 ? whole[0] : whole, whole };
}
