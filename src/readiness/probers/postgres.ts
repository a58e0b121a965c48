import { startDeadline } from '../../clients/deadline.ts';
import { NetworkError, timedOut } from '../../clients/network-error.ts';
import { connectPostgres } from '../../clients/postgres.ts';
import { explainPostgresError } from '../../clients/postgres-errors.ts';
import { createReading, type Reading } from '../../clients/postgres-reading.ts';
import type { PostgresAddress } from '../../clients/postgres-url.ts';
import { readPostgresVariable } from '../../clients/postgres-variable.ts';
import type { PostgresProbe } from '../../config/schema/probe/postgres.ts';
import type { GateContext } from '../../core/context.ts';
import { formatDuration } from '../../core/duration.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { findMismatches } from '../../expectations/differences.ts';
import type { About } from '../../expectations/expectation.ts';
import { type Attempt, describeCode, judgeLoss, makeAttempt, type Prober, type Where } from '../attempt.ts';
import { checkLatency } from './slow.ts';

export const wrongRow: FindingKind = {
  code: 'database/unexpected-row',
  severity: 'error',
  boundary: 'data',
  meaning: 'The database answers, but the row does not have the values that the release needs.',
  cause: 'Data or a state that the release relies on is missing, for example because a replica lags.',
  help: 'Run the `sql` of the probe by hand, and find out why it returns these values.',
};

/** Counts as this many requests, so that the gate asks less often: each connection is a load on the database. */
const weight = 5;

export function probePostgres(probe: PostgresProbe, where: Where): Prober {
  const reading = createReading(probe.sql, where.place);
  return async context => {
    const { place } = where;
    await reading.prepare(); // which is no part of the latency
    const address = readPostgresVariable(context, probe.postgres, { purpose: 'the probe', place });
    const target = `PostgreSQL ${address.name}`;
    const started = performance.now();
    const deadline = startDeadline(probe.timeout, context.signal);
    try {
      const row = await readRow(reading, address, { ...context, signal: deadline.signal }, place);
      const took = performance.now() - started;
      const about = { target, redact: (text: string) => context.redactor.redact(text), where };
      const wrong = judgeRow(row, probe, about);
      const slow = checkLatency(target, took, probe.within, where);
      const word = wrong.length > 0 ? 'wrong answer' : slow.length > 0 ? 'slow' : 'answers';
      const detail = `answered in ${formatDuration(took)}`;
      return makeAttempt([...wrong, ...slow], { word, detail, took, requests: weight, isolated: wrong.length === 0 });
    } catch (error) {
      context.signal.throwIfAborted();
      const silence = `${target} gave no answer within ${probe.timeout} ms`;
      const reason = deadline.passed ? new NetworkError(timedOut, silence) : error;
      return convertRefusal(explainPostgresError(reason, { name: address.name, place }));
    } finally {
      deadline.clear();
    }
  };
}

async function readRow(
  reading: Reading,
  address: PostgresAddress,
  context: GateContext,
  place: Where['place'],
): Promise<Record<string, unknown> | undefined> {
  const session = await connectPostgres(address, { signal: context.signal, folder: context.workspace, place });
  try {
    const [row] = await reading.ask<Record<string, unknown>>(session);
    return row;
  } finally {
    await session.close();
  }
}

function judgeRow(
  row: Record<string, unknown> | undefined,
  { expect = {} }: PostgresProbe,
  { target, redact, where }: About,
): Finding[] {
  const mismatches = Object.entries(expect).flatMap(([column, wanted]) =>
    findMismatches(wanted, { name: column, actual: row?.[column] ?? undefined, redact }),
  );
  if (mismatches.length === 0) return [];
  return [found(wrongRow, { message: `${target}: ${mismatches.join('; ')}.`, ...where })];
}

/**
 * This probe asks the database itself, so silence is a failure. A wrong password or a rejected statement would be so on
 * every attempt and says nothing about the database.
 */
function convertRefusal(error: unknown): Attempt {
  if (!(error instanceof GateError)) throw error;
  const [finding] = error.findings;
  const mayPass = finding && /^network\/|^database\/(refused|starting)$/.test(finding.code);
  if (!mayPass) throw error;
  const { findings } = error;
  const saysNothing = /unknown-host|unreachable|dns-/.test(finding.code);
  const verdict = saysNothing ? 'error' : 'failed';
  return { verdict, findings, word: describeCode(finding), requests: weight, ...judgeLoss(finding.code) };
}
