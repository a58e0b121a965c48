import { readFile } from 'node:fs/promises';
import type { Clock } from '../../src/core/clock.ts';
import { systemClock } from '../../src/core/clock.ts';
import { GateError } from '../../src/core/errors.ts';
import type { Finding } from '../../src/core/finding.ts';
import type { Progress } from '../../src/platforms/platform.ts';

/**
 * A clock on which only sleeping takes time, so that a slow machine comes no nearer to a deadline; each sleep is over
 * so many times faster. What it is asked to sleep is kept.
 */
export function fastClock(factor: number): Clock & { slept: number[] } {
  let now = Date.now();
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: async (ms, signal) => {
      slept.push(ms);
      const woken = now + ms;
      await systemClock.sleep(ms / factor, signal);
      now = Math.max(now, woken); // of those who sleep at once, each sleeps for itself
    },
  };
}

/** Keeps what it hears. */
export function listener(onSay: (text: string) => void = () => {}): Progress & { said: string[]; touches: number } {
  const said: string[] = [];
  return {
    said,
    touches: 0,
    say(text) {
      said.push(text);
      onSay(text);
    },
    quote: text => said.push(text),
    adrift() {},
    touched() {
      this.touches += 1;
    },
  };
}

/** The findings of the GateError that the promise rejects with. */
export async function findingsOf(promise: Promise<unknown>): Promise<Finding[]> {
  const outcome = await promise.then(
    value => value,
    (error: unknown) => error,
  );
  if (outcome instanceof GateError) return outcome.findings;
  throw new TypeError(
    `A GateError was expected, not ${outcome instanceof Error ? outcome.stack : JSON.stringify(outcome)}`,
  );
}

export function codesOf(findings: Finding[]): string[] {
  return findings.map(({ code }) => code);
}

export const never = new AbortController().signal;

/** Milliseconds that a state of an emulator lasts where a test ends it before: no machine is too slow to see it. */
export const slowState = 60_000;

/** Whether a process has ended, be it one that nobody has asked for yet (Z). */
export async function isGone(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat === '' || stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
}
