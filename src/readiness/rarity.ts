/**
 * Distinguishes a service that rarely loses a connection from one that often fails. It is a sequential probability
 * ratio test (Wald, 1945) between 3 % misses (1 % lost connections and 2 % slow answers) and 20 %. Measured in good
 * answers, a miss weighs ln(0.20 / 0.03) / ln(0.97 / 0.80) = 9.8; it counts as 8, so that 5 % pass too. With scores of
 * 60 and 30, a service at 20 % passes about once in ten thousand runs; bench/probe-steadiness.ts measures both sides.
 */
const goodPerMiss = 8;
const enough = 60;
const likely = 30;

/** The score goes no lower, so that a network that has settled can make up for its misses. */
const lowest = -40;

export class Rarity {
  #score = 0;

  addGood(): void {
    this.#score = Math.min(enough, this.#score + 1);
  }

  addMiss(): void {
    this.#score = Math.max(lowest, this.#score - goodPerMiss);
  }

  /** Whether misses are provably rare. */
  get isShown(): boolean {
    return this.#score >= enough;
  }

  /** Whether misses are probably rare; for when the deadline leaves no time to prove it. */
  get isLikely(): boolean {
    return this.#score >= likely;
  }
}
