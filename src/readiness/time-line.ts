import { formatDuration } from '../core/duration.ts';
import type { Verdict } from '../core/verdict.ts';

const marks: Record<Verdict, string> = { passed: '✓', failed: '✗', inconclusive: '?', error: '!' };

interface Stretch {
  word: string;
  verdict: Verdict;
  count: number;
  /** Milliseconds since the start. */
  from: number;
}

/** Stretches that are shown at each end; a service that flaps for minutes has very many. */
const shown = 6;

/** Every attempt in order, with the same ones in a row as one: `0 ms ✗ refused ×12 → 1.1 s ✓ 200 ×3`. */
export class TimeLine {
  readonly #stretches: Stretch[] = [];

  /** Says whether it is another one than the last. */
  add(word: string, verdict: Verdict, from: number): boolean {
    const last = this.#stretches.at(-1);
    const isSame = last?.word === word && last.verdict === verdict;
    if (isSame) last.count++;
    else this.#stretches.push({ word, verdict, count: 1, from });
    return !isSame;
  }

  /** Whether there is more to tell than that all went the same way. */
  get isStory(): boolean {
    return this.#stretches.length > 1;
  }

  toString(): string {
    const all = this.#stretches.map(formatStretch);
    if (all.length <= 2 * shown + 1) return all.join(' → ');
    return [...all.slice(0, shown), `… ${all.length - 2 * shown} changes …`, ...all.slice(-shown)].join(' → ');
  }
}

function formatStretch({ word, verdict, count, from }: Stretch): string {
  return `${formatDuration(from)} ${marks[verdict]} ${word}${count > 1 ? ` ×${count}` : ''}`;
}
