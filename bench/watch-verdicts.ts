import { judgeRate, type RateSubject } from '../src/gates/watch/judge-rate.ts';
import { estimateDispersion } from '../src/gates/watch/statistics/dispersion.ts';
import type { Count } from '../src/gates/watch/statistics/e-process.ts';
import { createRandom, drawNormal, drawPoisson } from '../test/gates/watch/statistics/random.ts';

/**
 * How often a watch is wrong, and how soon it is right, on simulated releases; beside it, how others decide on the same
 * data: Mann-Whitney as Kayenta uses it, and the plain thresholds of flagger and Argo Rollouts. Seeded, in intervals of
 * ten seconds, with a look after each. An argument sets how many releases are made of each kind (default 10,000).
 */
const releases = Number(process.argv[2] ?? 10_000);
const alpha = 0.001;
const interval = 10; // seconds
const looks = 90; // a quarter of an hour
const looksBefore = looks * 10;

interface Shape {
  name: string;
  /** Requests a minute at a moment, in seconds. */
  traffic(at: number): number;
  /** The share that fails. */
  errors: number;
}

const steady = (rate: number) => () => rate;
const daily = (rate: number) => (at: number) => rate * (1 + 0.5 * Math.sin(at / 3000));
const bursts = (rate: number) => (at: number) => (Math.floor(at / 60) % 7 === 0 ? rate * 5 : rate);

/** Twenty shapes of traffic: steady, in waves and in bursts, from one request a minute to ten thousand. */
const shapes: Shape[] = [
  ...[1, 10, 100, 1000, 3000, 10_000].flatMap(rate => [
    { name: `steady, ${rate} a minute`, traffic: steady(rate), errors: 0.01 },
    { name: `in waves, ${rate} a minute`, traffic: daily(rate), errors: 0.003 },
    { name: `in bursts, ${rate} a minute`, traffic: bursts(rate), errors: 0.02 },
  ]),
  { name: 'few errors, 5,000 a minute', traffic: steady(5000), errors: 0.0001 },
  { name: 'many errors, 500 a minute', traffic: steady(500), errors: 0.2 },
];

interface Release {
  before: Count[];
  after: Count[];
}

/** `factor`: how many times more fail after the release. `cluster`: how many errors one cause makes. */
function simulate(shape: Shape, random: () => number, factor = 1, cluster = 1): Release {
  const draw = (look: number, share: number): Count => {
    const exposure = drawPoisson(random, (shape.traffic(look * interval) * interval) / 60);
    const events = Math.min(exposure, drawPoisson(random, (exposure * share) / cluster) * cluster);
    return { events, exposure };
  };
  const span = (count: number, from: number, share: number) =>
    Array.from({ length: count }, (_, look) => draw(from + look, share));
  return { before: span(looksBefore, 0, shape.errors), after: span(looks, looksBefore, shape.errors * factor) };
}

/** After how many requests a rule says that the release is bad; undefined if it never does. */
type Rule = (release: Release) => number | undefined;

const ours: Rule = ({ before, after }) => {
  const baseline = sum(before);
  const subject: RateSubject = {
    what: 'requests failed',
    bounds: { atMost: undefined, timesBefore: 2 },
    alpha,
    dispersion: estimateDispersion(before),
  };
  return firstBad(after, so => judgeRate(so, baseline, subject).state === 'bad');
};

/** spinnaker/kayenta, MannWhitneyClassifier: confidence 0.98, a rise by a quarter of the effect; judged at the end. */
const kayenta: Rule = ({ before, after }) => {
  const share = ({ events, exposure }: Count) => (exposure === 0 ? 0 : events / exposure); // NaN becomes zero
  const result = mannWhitney(before.slice(-looks).map(share), after.map(share));
  return result ? sum(after).exposure : undefined;
};

/** fluxcd/flagger: success below 99 % in five looks. */
const flagger: Rule = ({ after }) => thresholdRule(after, 0.01, 5);

/** argoproj/argo-rollouts: a failure condition of 5 % in a single look. */
const argo: Rule = ({ after }) => thresholdRule(after, 0.05, 1);

const rules: Record<string, Rule> = {
  'release-gates': ours,
  'Mann-Whitney (Kayenta)': kayenta,
  flagger,
  'Argo Rollouts': argo,
};

function thresholdRule(after: Count[], most: number, times: number): number | undefined {
  let failed = 0;
  return firstBad(after, (_so, { events, exposure }) => {
    if (exposure > 0 && events / exposure > most) failed++;
    return failed >= times;
  });
}

function firstBad(after: Count[], isBad: (so: Count, now: Count) => boolean): number | undefined {
  let so: Count = { events: 0, exposure: 0 };
  for (const now of after) {
    so = { events: so.events + now.events, exposure: so.exposure + now.exposure };
    if (isBad(so, now)) return so.exposure;
  }
  return undefined;
}

function sum(counts: Count[]): Count {
  return counts.reduce(
    (all, { events, exposure }) => ({ events: all.events + events, exposure: all.exposure + exposure }),
    {
      events: 0,
      exposure: 0,
    },
  );
}

/** Whether the second sample is higher at a confidence of 0.98 (two-sided), by the normal approximation with ties. */
function mannWhitney(first: number[], second: number[]): boolean {
  const all = [
    ...first.map(value => ({ value, isSecond: false })),
    ...second.map(value => ({ value, isSecond: true })),
  ];
  all.sort((a, b) => a.value - b.value);
  let ranks = 0;
  let ties = 0;
  for (let start = 0; start < all.length; ) {
    let end = start;
    while (end < all.length && all[end]?.value === all[start]?.value) end++;
    const size = end - start;
    ties += size ** 3 - size;
    ranks += all.slice(start, end).filter(({ isSecond }) => isSecond).length * ((start + end + 1) / 2);
    start = end;
  }
  const [n, m] = [first.length, second.length];
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  const z = (ranks - (m * (m + 1)) / 2 - (n * m) / 2) / Math.sqrt(variance || 1);
  return z > 2.326;
}

function median(values: number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted.length === 0 ? 'never' : Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0).toLocaleString('en-US');
}

function table(title: string, header: string[], rows: string[][]): void {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  process.stdout.write(
    `\n${title}\n\n${[line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')}\n`,
  );
}

function compareOn(title: string, make: (random: () => number, index: number) => Release, count: number): void {
  const results = Object.entries(rules).map(([name, rule]) => {
    const random = createRandom(7);
    const found: number[] = [];
    let traffic = 0;
    for (let index = 0; index < count; index++) {
      const release = make(random, index);
      traffic += sum(release.after).exposure;
      const after = rule(release);
      if (after !== undefined) found.push(after);
    }
    return [name, `${found.length} of ${count}`, median(found), Math.round(traffic / count).toLocaleString('en-US')];
  });
  table(title, ['rule', 'called bad', 'median requests until then', 'requests in the watch'], results);
}

const shapeOf = (index: number): Shape => shapes[index % shapes.length] ?? (shapes[0] as Shape);

compareOn(
  `Nothing changed: ${releases} releases over ${shapes.length} shapes of traffic`,
  (random, index) => simulate(shapeOf(index), random),
  releases,
);
compareOn(
  'Nothing changed, errors in clusters of five',
  (random, index) => simulate(shapeOf(index), random, 1, 5),
  Math.min(releases, 2000),
);
const watched: Shape = { name: '', traffic: steady(1000), errors: 0.01 };
compareOn(
  'Three times the errors (1 % to 3 %), 1,000 requests a minute',
  random => simulate(watched, random, 3),
  Math.min(releases, 500),
);
compareOn(
  'Nothing changed but chance, 100 requests a minute',
  random => simulate({ ...watched, traffic: steady(100) }, random),
  Math.min(releases, 2000),
);

/** Doubled latency, log-normal with sigma 0.5: the share of answers above the p95 of before. */
const slower = Array.from({ length: Math.min(releases, 500) }, (_, index) => {
  const random = createRandom(100 + index);
  const bound = Math.exp(1.645 * 0.5);
  const subject: RateSubject = {
    what: 'answers were slow',
    bounds: { atMost: 0.05, timesBefore: undefined },
    alpha,
    dispersion: 1,
  };
  let slow = 0;
  for (let count = 1; count <= 5000; count++) {
    if (2 * Math.exp(0.5 * drawNormal(random)) > bound) slow++;
    if (judgeRate({ events: slow, exposure: count }, undefined, subject).state === 'bad') return count;
  }
  return 5000;
});
process.stdout.write(
  `\nDoubled latency (log-normal, sigma 0.5) against the p95 of before: found after ${median(slower)} answers at the median.\n`,
);
