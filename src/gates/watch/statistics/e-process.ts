/**
 * Evidence against "nothing got worse", which may be looked at after every observation: while the release is as good as
 * claimed, it exceeds 1 / alpha at any time with a probability of at most alpha (Ville's inequality; Ramdas, Grünwald,
 * Vovk and Shafer, "Game-theoretic statistics and safe anytime-valid inference", 2023). Kept as a logarithm, since it
 * grows beyond every number.
 */
export type LogEvidence = number;

/** What is counted: events, such as failed requests, of how many trials, requests or seconds there were. */
export interface Count {
  events: number;
  exposure: number;
}

/** How many times worse a release may be, each with the same weight: from barely noticeable to an outage. */
const lifts = [1.5, 2, 3, 5, 10, 30, 100];

/**
 * Evidence that the rate after the release exceeds `ratio` times the rate before. Neither rate needs to be known: it is
 * the likelihood ratio of the conditional binomial test (Przyborowski and Wilenski, 1940), which as a test that is
 * invariant to the unit of exposure may be watched over time (Pérez-Ortiz, Lardy, de Heide and Grünwald,
 * "E-statistics, group invariance and anytime-valid testing", 2022), averaged over the lifts.
 *
 * One event is added to those before: the counting before stopped at a moment, not at an event, and without it a
 * baseline with few events would count for more than it knows. `dispersion` above 1 says that events come in clusters
 * and weaken each other.
 */
export function compareRates(before: Count, after: Count, { ratio = 1, dispersion = 1 } = {}): LogEvidence {
  if (before.exposure <= 0 || after.exposure <= 0) return 0;
  const events = before.events + 1 + after.events;
  const exposure = after.exposure * ratio;
  const logs = lifts.map(
    lift =>
      after.events * Math.log(lift) +
      events * Math.log((before.exposure + exposure) / (before.exposure + lift * exposure)),
  );
  return averageOfLogs(logs) / Math.max(1, dispersion);
}

/** Evidence that the rate exceeds a bound, which is a rate in the unit of the exposure: 0.05 for 5 % of requests. */
export function exceedBound(after: Count, bound: number, { dispersion = 1 } = {}): LogEvidence {
  const expected = after.exposure * bound;
  const logs = lifts.map(lift => after.events * Math.log(lift) - (lift - 1) * expected);
  return averageOfLogs(logs) / Math.max(1, dispersion);
}

/** The shares of what the rate could be, if it is well below: those that make a release good beyond doubt. */
const reliefs = [0.75, 0.5, 0.25, 0.1, 0];

/** Evidence that the rate after the release stays below `ratio` times the rate before. */
export function stayBelow(before: Count, after: Count, ratio: number, { dispersion = 1 } = {}): LogEvidence {
  if (before.exposure <= 0 || after.exposure <= 0) return 0;
  const events = before.events + after.events;
  const exposure = after.exposure * ratio;
  const logs = reliefs.map(relief =>
    relief === 0 && after.events > 0
      ? Number.NEGATIVE_INFINITY
      : (relief === 0 ? 0 : after.events * Math.log(relief)) +
        events * Math.log((before.exposure + exposure) / (before.exposure + relief * exposure)),
  );
  return averageOfLogs(logs) / Math.max(1, dispersion);
}

/** Evidence that the rate stays below a bound. */
export function stayBelowBound(after: Count, bound: number, { dispersion = 1 } = {}): LogEvidence {
  const expected = after.exposure * bound;
  const logs = reliefs.map(relief =>
    relief === 0 && after.events > 0
      ? Number.NEGATIVE_INFINITY
      : (relief === 0 ? 0 : after.events * Math.log(relief)) + (1 - relief) * expected,
  );
  return averageOfLogs(logs) / Math.max(1, dispersion);
}

/** Whether the evidence is enough to be wrong with a probability of at most alpha. */
export function isConclusive(evidence: LogEvidence, alpha: number): boolean {
  return evidence >= Math.log(1 / alpha);
}

function averageOfLogs(logs: number[]): number {
  const largest = Math.max(...logs);
  if (largest === Number.NEGATIVE_INFINITY) return largest;
  const sum = logs.reduce((total, log) => total + Math.exp(log - largest), 0);
  return largest + Math.log(sum / logs.length);
}
