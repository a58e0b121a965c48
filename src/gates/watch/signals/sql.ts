import { connectPostgres } from '../../../clients/postgres.ts';
import { explainPostgresError } from '../../../clients/postgres-errors.ts';
import { createReading } from '../../../clients/postgres-reading.ts';
import { readPostgresVariable } from '../../../clients/postgres-variable.ts';
import type { SqlSignal } from '../../../config/schema/watch/stores.ts';
import { GateError } from '../../../core/errors.ts';
import { found } from '../../../core/finding.ts';
import { unusableAnswer } from '../findings.ts';
import { judgeValue } from '../judge-value.ts';
import type { Observer } from '../signal.ts';
import type { Point } from '../statistics/slope.ts';
import type { Declared } from '../watched.ts';

/** A number that PostgreSQL counts, in a read-only transaction. */
export function createSqlSignal(signal: SqlSignal, { name, place, context }: Declared): Observer {
  const address = readPostgresVariable(context, signal.database, { purpose: 'the watch', place });
  const reading = createReading(signal.sql, place);
  const points: Point[] = [];

  const ask = async (abort: AbortSignal): Promise<unknown> => {
    const session = await connectPostgres(address, { signal: abort, folder: context.workspace, place });
    try {
      const [row] = await reading.ask<Record<string, unknown>>(session);
      return Object.values(row ?? {})[0];
    } finally {
      await session.close();
    }
  };

  return {
    claims: 0,
    observe: async abort => {
      const value = await ask(abort).catch(error => {
        abort.throwIfAborted();
        throw explainPostgresError(error, { name: address.name, place });
      });
      const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
      if (!Number.isFinite(number)) {
        const message = `The first column of the query is ${value === undefined ? 'missing' : 'not a number'}.`;
        throw new GateError([found(unusableAnswer, { message, help: 'Select one number, such as count(*).', place })]);
      }
      points.push({ at: context.clock.now(), value: number });
    },
    judge: alpha => {
      const judged = judgeValue(points, {
        atMost: signal['at-most'],
        atLeast: signal['at-least'],
        growsAtMost: undefined,
        failingFor: signal['failing-for'],
        alpha,
      });
      return { ...judged, sentence: `the query ${judged.sentence}` };
    },
    plot: () => ({
      title: name,
      unit: '',
      points,
      ...(signal['at-most'] !== undefined && { bound: signal['at-most'] }),
    }),
  };
}
