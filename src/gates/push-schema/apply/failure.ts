import type { ScriptError } from '../../../clients/postgres.ts';
import { permissionDenied, refused } from '../../../clients/postgres-errors.ts';
import type { Outcome } from '../../../core/check.ts';
import { type FindingKind, found, type Place } from '../../../core/finding.ts';
import { needsNoTransactionFinding } from '../ledger-rules/needs-no-transaction.ts';
import { type Migration, placeOf, runnable, runsOutside } from '../migration.ts';
import { indexOfPosition, placeAt } from '../sql/place.ts';
import { type Statement, shortened } from '../sql/statements.ts';

const data = { severity: 'error', boundary: 'data' } as const;

export const migrationFailed: FindingKind = {
  ...data,
  code: 'schema/migration-failed',
  meaning: 'A statement of a migration failed, and the migration was rolled back: nothing of it is in the database.',
  cause: 'SQL that does not fit the schema or the data of this environment, though it did where it was tested.',
  help: 'Correct the script and release again; the ledger has no trace of the attempt.',
};

export const failedOutside: FindingKind = {
  ...data,
  code: 'schema/failed-outside-transaction',
  meaning: 'A statement that PostgreSQL runs only outside of a transaction failed, so a part of its work may remain.',
  cause: 'Duplicates under a unique index, a deadlock, a full disk, or a run that was cancelled.',
  help: 'Correct what it met and release again. An invalid index is removed already; of other work look for what is half done. With Prisma, first run `npx prisma migrate resolve --rolled-back <name>`.',
};

export const lockTimeout: FindingKind = {
  ...data,
  code: 'schema/lock-timeout',
  meaning: 'A statement waited too long for a lock, and the migration was rolled back so that it holds nobody up.',
  cause: 'A long transaction, a running backup or a busy table: another session holds a lock on the same table.',
  help: 'Run the job again when that transaction has ended, or end it if it belongs to nothing that runs: `SELECT pg_terminate_backend(<pid>)`. `lock-timeout` in the configuration is how long a statement may wait.',
};

export const statementTimeout: FindingKind = {
  ...data,
  code: 'schema/statement-timeout',
  meaning: 'A statement ran longer than it may, and the migration was rolled back so that it holds nobody up.',
  cause: 'A change that rewrites or scans a large table, or one of many rows at once.',
  help: 'Split the work: indexes and constraints in steps that lock nothing, rows in batches outside of the migrations; or raise `statement-timeout`.',
};

/** What the failure of a migration says of the release, and where; `lockWait` is how long it waited, and for whom. */
export function outcomeOfFailure(migration: Migration, error: ScriptError, lockWait: string): Outcome {
  const { statements } = runnable(migration);
  const statement = statements[error.completed];
  const { code, message: cause, hint } = error.cause;
  const place = placeOfError(migration, error, statement);
  if (code === '55P03') {
    const waiting = statement ? `"${shortened(statement.code)}"` : 'A statement';
    const message = `${waiting} of ${migration.name} waited ${lockWait}.`;
    return { verdict: 'error', findings: [found(lockTimeout, { message, place })] };
  }
  if (code === '57014' && cause.includes('statement timeout')) {
    const running = statement ? `"${shortened(statement.code)}"` : 'A statement';
    const message = `${running} of ${migration.name} ran longer than \`statement-timeout\` lets it.`;
    return { verdict: 'failed', findings: [found(statementTimeout, { message, place })] };
  }
  const outside = runsOutside(migration);
  const undone = outside ? '' : ' It was rolled back.';
  const message = `${migration.name} failed with SQLSTATE ${code}: ${cause}${hint ? ` (${hint})` : ''}.${undone}`;
  const kind = kindOf(code, outside);
  const help = kind.help.replace('<name>', `"${migration.name}"`);
  return {
    verdict: saysNothingOfRelease(code) ? 'error' : 'failed',
    findings: [found(kind, { message, help, place })],
  };
}

function kindOf(code: string, outside: boolean): FindingKind {
  if (code === '25001') return needsNoTransactionFinding;
  if (code === '42501') return permissionDenied;
  if (outside) return failedOutside;
  return saysNothingOfRelease(code) ? refused : migrationFailed;
}

/**
 * Lost connections, deadlocks, missing resources, an operator's hand, a fault of the system and missing rights
 * (docs: PostgreSQL, Error Codes).
 */
function saysNothingOfRelease(code: string): boolean {
  return /^(08|40|53|57|58|XX)/.test(code) || code === '42501';
}

function placeOfError(migration: Migration, error: ScriptError, statement: Statement | undefined): Place {
  const position = Number(error.cause.position);
  if (!position) return placeOf(migration, statement);
  return placeAt(migration.script, indexOfPosition(migration.script, position), migration.path);
}
