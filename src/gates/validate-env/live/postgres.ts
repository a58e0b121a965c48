import { startDeadline } from '../../../clients/deadline.ts';
import { isUnrelatedToRelease, NetworkError, timedOut } from '../../../clients/network-error.ts';
import type { Pooler } from '../../../clients/pooler-addresses.ts';
import type { PostgresSession } from '../../../clients/postgres.ts';
import { ignoredParameter, lostSession, refused, starting } from '../../../clients/postgres-errors.ts';
import { detectPooler } from '../../../clients/postgres-pooler.ts';
import { parsePostgresUrl } from '../../../clients/postgres-url.ts';
import { wakePostgres } from '../../../clients/postgres-wake.ts';
import type { LivePostgres } from '../../../config/schema/variables/live.ts';
import type { VariableOf } from '../../../config/schema/variables.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import { GateError } from '../../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { Live } from './live.ts';

type Tried = Live<VariableOf<'postgres-url'>>;

const data = { severity: 'error', boundary: 'data' } as const;

export const wrongRole: FindingKind = {
  ...data,
  code: 'env/wrong-database-role',
  meaning: 'The connection uses a role other than the declared one, so it has the wrong permissions.',
  cause: 'The connection string belongs to another part of the system, often migrations.',
  help: 'Use the connection string of the declared role.',
};

export const wrongAccess: FindingKind = {
  ...data,
  code: 'env/wrong-database-access',
  meaning: 'The session can write but must not, or must write but cannot.',
  cause: 'The address of a replica or of the primary, or a role with `default_transaction_read_only`.',
  help: 'To write, use the address of the primary. To read, use a replica or a read-only role.',
};

export const oldServer: FindingKind = {
  ...data,
  code: 'env/old-database-server',
  meaning: 'The database server is older than the contract requires.',
  cause: 'Environments were not upgraded together.',
  help: 'Upgrade the server, or lower `version` in the contract.',
};

export const wrongPooler: FindingKind = {
  ...data,
  code: 'env/wrong-pooler',
  meaning: 'The address leads to a different pooler, or pooling mode, than the contract declares.',
  cause: 'The addresses of pooler and database were swapped, or the pooler was reconfigured.',
  help: 'Use the address of the declared pooler, or correct `pooler` in the contract.',
};

export const noSessionLocks: FindingKind = {
  ...data,
  code: 'env/no-session-locks',
  meaning: 'Session locks do not hold on this connection, so two schema pushes could run at once.',
  cause: 'A pooler in transaction mode may run each statement in another session.',
  help: 'Use the direct connection, or a pooler in session mode, for schema changes.',
};

/** Reads the facts of a session and asks how it is pooled. Changes nothing. A second session only opens behind a pooler. */
export async function tryPostgres(live: Tried, options: LivePostgres, outer: AbortSignal): Promise<Outcome> {
  const deadline = startDeadline(options.within, outer);
  const { name, value, context, where } = live;
  const address = parsePostgresUrl(value, name, where.place, live.variables);
  const open = (signal: AbortSignal) =>
    wakePostgres(address, {
      signal: AbortSignal.any([signal, deadline.signal]),
      folder: context.workspace,
      place: where.place,
    });
  let session: PostgresSession | undefined;
  try {
    session = await open(deadline.signal);
    const facts = await readFacts(session);
    const pooler = await detectPooler(session, open);
    const findings = [
      ...reportIgnored(address.ignored, live),
      ...judgeFacts(facts, options, live),
      ...judgePooler(pooler, live),
      ...(await judgeLocks(session, pooler, live)),
    ];
    const access = facts.readOnly ? 'read-only' : 'read-write';
    return concludeFrom(
      findings,
      `PostgreSQL ${facts.version}, role ${facts.role}, ${access}, ${describePooler(pooler)}`,
    );
  } catch (error) {
    if (!deadline.passed) return concludeError(error, name);
    const late = `The database ${address.name} gave no answer within ${formatDuration(options.within)}`;
    return concludeError(new GateError([new NetworkError(timedOut, late).finding(where)]), name);
  } finally {
    deadline.clear();
    await session?.close();
  }
}

/** A refused connection fails the check. An unreachable or failing database proves nothing about the value. */
function concludeError(error: unknown, name: string): Outcome {
  if (!(error instanceof GateError)) throw error;
  const undecided = error.findings.every(
    ({ code }) => code === refused.code || code === starting.code || isUnrelatedToRelease(code),
  );
  const verdict = undecided ? 'error' : 'failed';
  return { verdict, findings: error.findings.map(finding => ({ ...finding, message: `${name}: ${finding.message}` })) };
}

function reportIgnored(parameters: string[], { name, where }: Tried): Finding[] {
  return parameters.map(parameter => {
    const message = `${name} has the parameter ${parameter}, which has no effect on \`live\`.`;
    return found(ignoredParameter, { message, ...where });
  });
}

interface Facts {
  role: string;
  readOnly: boolean;
  version: string;
  major: number;
}

async function readFacts(session: PostgresSession): Promise<Facts> {
  const [row] = await session.query<{ role: string; read_only: boolean; version: string; number: string }>(
    `SELECT current_user AS role,
      current_setting('transaction_read_only') = 'on' OR pg_is_in_recovery() AS read_only,
      split_part(current_setting('server_version'), ' ', 1) AS version,
      current_setting('server_version_num') AS number`,
  );
  const { role = '', read_only: readOnly = false, version = '', number = '0' } = row ?? {};
  return { role, readOnly, version, major: Math.floor(Number(number) / 10_000) };
}

function judgeFacts(facts: Facts, { role, access, version }: LivePostgres, { name, where }: Tried): Finding[] {
  const findings: Finding[] = [];
  if (role !== undefined && facts.role !== role)
    findings.push(found(wrongRole, { message: `${name} does not connect as the role ${role}.`, ...where }));
  if (access === 'read-write' && facts.readOnly)
    findings.push(found(wrongAccess, { message: `${name} connects to a session that cannot write.`, ...where }));
  if (access === 'read-only' && !facts.readOnly)
    findings.push(found(wrongAccess, { message: `${name} connects to a session that can write.`, ...where }));
  if (version !== undefined && facts.major < version) {
    const message = `${name} leads to PostgreSQL ${facts.version}, but the contract requires ${version} or later.`;
    findings.push(found(oldServer, { message, ...where }));
  }
  return findings;
}

function judgePooler(actual: Pooler, live: Tried): Finding[] {
  const wanted = live.declared.pooler;
  if (wanted === undefined || wanted === actual) return [];
  const message = `${live.name} leads ${actual === 'none' ? 'to the database itself' : `to a pooler in ${actual} mode`}, and the contract says ${wanted === 'none' ? 'no pooler' : `a pooler in ${wanted} mode`}.`;
  return [found(wrongPooler, { message, ...live.where })];
}

/** A lock number that no other tool uses. */
const lock = 7_305_521_984_260n;

/** Where locks of the session must hold, takes one and looks for it on the server. */
async function judgeLocks(session: PostgresSession, pooler: Pooler, live: Tried): Promise<Finding[]> {
  const wanted = live.declared.pooler;
  if (wanted === undefined || wanted === 'transaction') return [];
  if (pooler !== 'transaction' && (await holdsLocks(session))) return [];
  const message = `${live.name} leads to a connection where session locks do not hold.`;
  return [found(noSessionLocks, { message, ...live.where })];
}

async function holdsLocks(session: PostgresSession): Promise<boolean> {
  // Another session holds it, perhaps another run of this gate, which proves that locks hold.
  if (!(await session.tryLock(lock))) return true;
  try {
    await session.proveLock();
    await session.unlock(lock);
    return true;
  } catch (error) {
    if (error instanceof GateError && error.findings.some(({ code }) => code === lostSession.code)) return false;
    throw error;
  }
}

function describePooler(pooler: Pooler): string {
  return pooler === 'none' ? 'no pooler' : `pooler in ${pooler} mode`;
}
