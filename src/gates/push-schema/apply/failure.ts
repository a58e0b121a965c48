import type { ScriptError } from '../../../clients/postgres.ts';
import { permissionDenied, refused } from '../../../clients/postgres-errors.ts';
import type { Outcome } from '../../../core/check.ts';
import { type FindingKind, found, type Place } from '../../../core/finding.ts';
import { needsNoTransactionFinding } from '../ledger-rules/needs-no-transaction.ts';
import { type Migration, placeOf, runnable, runsOutside } from '../migration.ts';
import { findIndex, placeAt } from '../sql/place.ts';
import { type Statement, shorten } from '../sql/statements.ts';

const data = { severity: 'error', boundary: 'data' } as const;

export const migrationFailed: FindingKind = {
  ...data,
  code: 'schema/migration-failed',
  meaning: 'A statement of a migration failed. The migration was rolled back, so the database has nothing of it.',
  cause: 'SQL that does not fit the schema or the data of this environment, although it did where it was tested.',
  help: 'Correct the script and release again; the ledger has no trace of the attempt.',
};

export const failedOutside: FindingKind = {
  ...data,
  code: 'schema/failed-outside-transaction',
  meaning: 'A statement that PostgreSQL only runs outside of a transaction failed, so part of its work may remain.',
  cause: 'Duplicate values under a unique index, a deadlock, a full disk, or a cancelled run.',
  help: 'Fix what the error names and release again. The gate has dropped an invalid index already; check for other partial work. With Prisma, first run `npx prisma migrate resolve --rolled-back <name>`.',
};

export const lockTimeout: FindingKind = {
  ...data,
  code: 'schema/lock-timeout',
  meaning: 'A statement waited too long for a lock. The migration was rolled back so that it does not block traffic.',
  cause: 'A long transaction, a running backup or a busy table: another session holds a lock on the same table.',
  help: 'Run the job again when that transaction has ended. If no running job owns it, end it: `SELECT pg_terminate_backend(<pid>)`. `lock-timeout` in the configuration sets how long a statement may wait.',
};

export const statementTimeout: FindingKind = {
  ...data,
  code: 'schema/statement-timeout',
  meaning:
    'A statement ran longer than `statement-timeout`. The migration was rolled back so that it does not block traffic.',
  cause: 'A change that rewrites or scans a large table, or that updates many rows at once.',
  help: 'Split the work: build indexes CONCURRENTLY, add constraints NOT VALID and validate them later, and update rows in batches outside of the migrations. Or raise `statement-timeout`.',
};

/** What a failed migration means for the release; `lockWait` says how long it waited, and for whom. */
export function explainFailure(migration: Migration, error: ScriptError, lockWait: string): Outcome<never> {
  const { statements } = runnable(migration);
  const statement = statements[error.completed];
  const { code, message: cause, hint } = error.cause;
  const place = placeError(migration, error, statement);
  const subject = statement ? `"${shorten(statement.code)}"` : 'A statement';
  if (code === '55P03') {
    const message = `${subject} of ${migration.name} waited ${lockWait}.`;
    return { verdict: 'error', findings: [found(lockTimeout, { message, place })] };
  }
  if (code === '57014' && cause.includes('statement timeout')) {
    const message = `${subject} of ${migration.name} ran longer than \`statement-timeout\` allows.`;
    return { verdict: 'failed', findings: [found(statementTimeout, { message, place })] };
  }
  const isOutside = runsOutside(migration);
  const rolledBack = isOutside ? '' : ' It was rolled back.';
  const message = `${migration.name} failed with SQLSTATE ${code}: ${cause}${hint ? ` (${hint})` : ''}.${rolledBack}`;
  const kind = chooseKind(code, isOutside);
  const help = kind.help.replace('<name>', `"${migration.name}"`);
  return { verdict: isUnrelated(code) ? 'error' : 'failed', findings: [found(kind, { message, help, place })] };
}

function chooseKind(code: string, isOutside: boolean): FindingKind {
  if (code === '25001') return needsNoTransactionFinding;
  if (code === '42501') return permissionDenied;
  if (isOutside) return failedOutside;
  return isUnrelated(code) ? refused : migrationFailed;
}

/**
 * Whether the error says nothing about the release: lost connections, deadlocks, missing resources, an operator's
 * intervention, a system error or missing rights (docs: PostgreSQL, Error Codes).
 */
function isUnrelated(code: string): boolean {
  return /^(08|40|53|57|58|XX)/.test(code) || code === '42501';
}

function placeError(migration: Migration, error: ScriptError, statement: Statement | undefined): Place {
  const position = Number(error.cause.position);
  if (!position) return placeOf(migration, statement);
  return placeAt(migration.script, findIndex(migration.script, position), migration.path);
}
