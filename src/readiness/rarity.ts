/**
 * Distinguishes a service that rarely loses a connection from one that often fails. It is a sequential probability
 * ratio test (Wald, 1945) between 1 miss in 30 and 1 in 10. Measured in good answers, a miss weighs
 * ln(0.1 / 0.033) / ln(0.967 / 0.9) = 15.4. At 1 in 10 the score reaches `enough` from one of its low points with a
 * probability of about exp(-0.0715 * 130) = 1 in 10,000; bench/probe-steadiness.ts prints both error rates of a whole run.
 */
const goodPerMiss = 15.4;
const enough = 130;
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

  /** Whether misses are so frequent that they are probably not rare. */
  get isDoubtful(): boolean {
    return this.#score < 0;
  }

  /** Whether misses are probably rare; for when the deadline leaves no time to prove it. */
  get isLikely(): boolean {
    return this.#score >= likely;
  }
}
