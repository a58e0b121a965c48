/**
 * Tells a service that loses a connection now and then from one that fails often, by what it has answered so far: a
 * sequential probability ratio test (Wald, 1945) between 3 % of misses, which is what 1 % of lost connections and 2 %
 * of slow answers come to, and 20 %. In its own unit, one good answer, a miss weighs ln(0.20 / 0.03) / ln(0.97 / 0.80)
 * = 9.8; it is counted as 8, so that 5 % pass too. Scores of 60 and 30 then leave a service at 20 % about one chance in
 * ten thousand; bench/probe-steadiness.ts measures both sides.
 */
const goodPerMiss = 8;
const enough = 60;
const likely = 30;

/** The score goes no lower, so that a service whose network has settled is not held to what was before. */
const lowest = -40;

export class Rarity {
  #score = 0;

  addGood(): void {
    this.#score = Math.min(enough, this.#score + 1);
  }

  addMiss(): void {
    this.#score = Math.max(lowest, this.#score - goodPerMiss);
  }

  /** Whether misses are shown to be rare. */
  get isShown(): boolean {
    return this.#score >= enough;
  }

  /** Whether it is far more likely than not that misses are rare; for when there is no time to find out more. */
  get isLikely(): boolean {
    return this.#score >= likely;
  }
}
