/** Requests that an hour's allowance must have before the gate looks as often as it likes. */
const plenty = 200;
/** Requests that the release needs besides looking how a deployment goes on. */
const reserve = 20;
const hour = 3_600_000;
const longestPause = 120_000;

/**
 * How often the gate may look, by what Railway says is left of the requests of an hour: 100 on the Free plan, 1000 on
 * Hobby (docs: Railway, public API, rate limits).
 */
export class Pace {
  #left = Number.POSITIVE_INFINITY;

  /** Takes note of the headers of an answer, by lower-case name. */
  note({ 'x-ratelimit-remaining': remaining = '' }: Record<string, string>): void {
    if (/^\d+$/.test(remaining)) this.#left = Number(remaining);
  }

  /** A pause in milliseconds, or a longer one by which the requests that are left last for an hour. */
  stretch(pause: number): number {
    if (this.#left >= plenty) return pause;
    const lasting = hour / Math.max(1, this.#left - reserve);
    return Math.max(pause, Math.min(lasting, longestPause));
  }
}
