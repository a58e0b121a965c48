import { formatDuration } from '../core/duration.ts';
import type { Verdict } from '../core/verdict.ts';

const marks: Record<Verdict, string> = { passed: '✓', failed: '✗', inconclusive: '?', error: '!' };

interface Stretch {
  word: string;
  verdict: Verdict;
  count: number;
  /** Milliseconds since the start. */
  from: number;
  /** How long the gate waited after these attempts because the service asked for it; milliseconds. */
  waited: number;
}

/** How many stretches the line shows at each end; a service that flaps for minutes has very many. */
const shown = 6;

/** All attempts in order, with equal ones in a row as one stretch: `0 ms ✗ refused ×12 → 1.1 s ✓ 200 ×3`. */
export class TimeLine {
  readonly #stretches: Stretch[] = [];

  /** Adds an attempt; returns whether it begins a new stretch. */
  add(word: string, verdict: Verdict, from: number): boolean {
    const last = this.#stretches.at(-1);
    const isSame = last?.word === word && last.verdict === verdict;
    if (isSame) last.count++;
    else this.#stretches.push({ word, verdict, count: 1, from, waited: 0 });
    return !isSame;
  }

  /** Adds a wait that the service asked for after the last attempt; milliseconds. */
  addWait(ms: number): void {
    const last = this.#stretches.at(-1);
    if (last) last.waited += ms;
  }

  /** Whether the attempts differed. */
  get isStory(): boolean {
    return this.#stretches.length > 1;
  }

  toString(): string {
    const all = this.#stretches.map(formatStretch);
    if (all.length <= 2 * shown + 1) return all.join(' → ');
    return [...all.slice(0, shown), `… ${all.length - 2 * shown} changes …`, ...all.slice(-shown)].join(' → ');
  }
}

function formatStretch({ word, verdict, count, from, waited }: Stretch): string {
  const wait = waited > 0 ? `, waited ${formatDuration(waited)} (Retry-After)` : '';
  return `${formatDuration(from)} ${marks[verdict]} ${word}${count > 1 ? ` ×${count}` : ''}${wait}`;
}
