import type { Clock } from '../../src/core/clock.ts';

/** A clock that only moves when someone sleeps, or by `pass`; milliseconds. */
export function simulatedClock(start = Date.parse('2026-03-02T12:00:00Z')): Clock & { pass(ms: number): void } {
  let now = start;
  return {
    now: () => now,
    pass: ms => {
      now += ms;
    },
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      now += ms;
    },
  };
}

/** Numbers from 0 to 1 that are the same for the same seed, and unlike those of its neighbours (SplitMix32). */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
