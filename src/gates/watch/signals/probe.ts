import type { ProbeSignal } from '../../../config/schema/watch/probe.ts';
import { formatDuration } from '../../../core/duration.ts';
import { GateError } from '../../../core/errors.ts';
import { chooseProber } from '../../../readiness/probers/index.ts';
import type { SimpleTarget } from '../../../readiness/targets.ts';
import { keepsFailing } from '../findings.ts';
import type { Judgement } from '../judgement.ts';
import type { Observer } from '../signal.ts';
import type { Declared } from '../watched.ts';

interface Look {
  /** Milliseconds since the epoch. */
  at: number;
  isGood: boolean;
  /** What the probe says: `503`, `refused`. */
  word: string;
}

/** A probe of the service, asked again and again: bad once it has failed for too long without a break. */
export function createProbeSignal(signal: ProbeSignal, { name, context }: Declared, target: SimpleTarget): Observer {
  const ask = chooseProber(target);
  const looks: Look[] = [];

  const judge = (): Judgement => {
    const good = looks.filter(({ isGood }) => isGood).length;
    const last = looks.at(-1);
    const sentence = `the probe ${signal.probe} passed ${good} of ${looks.length} times`;
    if (last === undefined) return { state: 'open', sentence, missing: 'a first answer' };
    if (last.isGood) return { state: 'open', sentence };
    const since = looks[looks.findLastIndex(({ isGood }) => isGood) + 1]?.at ?? last.at;
    const failed = last.at - since;
    const bad = `the probe ${signal.probe} fails (${last.word}) for ${formatDuration(failed)}, at most ${formatDuration(signal['failing-for'])}`;
    if (failed >= signal['failing-for']) return { state: 'bad', sentence: bad, kind: keepsFailing };
    return {
      state: 'open',
      sentence: bad,
      missing: `the end of \`failing-for\`, ${formatDuration(signal['failing-for'])}`,
    };
  };

  return {
    claims: 0,
    observe: async abort => {
      const at = context.clock.now();
      const attempt = await ask({ ...context, signal: abort });
      if (attempt.verdict === 'error' || attempt.verdict === 'inconclusive') throw new GateError(attempt.findings);
      looks.push({ at, isGood: attempt.verdict === 'passed', word: attempt.word });
    },
    close: () => ask.close?.(),
    judge,
    plot: () => ({
      title: `${name}: passed`,
      unit: '',
      points: looks.map(({ at, isGood }) => ({ at, value: Number(isGood) })),
    }),
  };
}
