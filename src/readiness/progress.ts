import type { Verdict } from '../core/verdict.ts';
import type { Attempt } from './attempt.ts';
import { computePercentile } from './percentile.ts';
import { Rarity } from './rarity.ts';

export interface Rules {
  consecutive: number;
  /** Milliseconds. */
  for: number;
  grace: number;
  limits: { failures?: number | undefined; errors?: number | undefined; inconclusive?: number | undefined };
  percentiles?: Record<string, number | undefined> | undefined;
}

/** What may differ in when an instance says it was started; milliseconds. */
const clockGrain = 2000;

/** So many misses in a row are no chance any more, however rare they were before. */
const outage = 3;

/** A run of good answers. */
interface Run {
  since: number;
  good: number;
  /** Misses that may be chance: how many came last, one after the other. */
  missing: number;
  /** The good answers since the last miss, and when the first of them came. */
  unbroken: { since: number; good: number } | undefined;
  took: number[];
  instances: Set<string>;
}

/** Counts the attempts and says when it is enough. Times are milliseconds since the epoch. */
export class Progress {
  readonly counts: Record<Verdict, number> = { passed: 0, failed: 0, inconclusive: 0, error: 0 };
  /** How often an instance was seen to have been started anew after good answers. */
  restarts = 0;
  /** The last attempt that was not good. */
  lastBad: Attempt | undefined;
  /** Whether nothing at all has come from the other side yet. */
  isSilent = true;
  readonly #rules: Rules;
  readonly #started: number;
  readonly #counted: Record<Verdict, number> = { passed: 0, failed: 0, inconclusive: 0, error: 0 };
  #run: Run | undefined;
  #rarity = new Rarity();

  constructor(rules: Rules, started: number) {
    this.#rules = rules;
    this.#started = started;
  }

  add(attempt: Attempt, at: number): void {
    const { verdict } = attempt;
    this.counts[verdict]++;
    this.isSilent &&= attempt.silent === true;
    if (at - this.#started >= this.#rules.grace) this.#counted[verdict]++;
    if (verdict === 'passed') this.#addGood(attempt, at);
    else this.#addBad(attempt);
  }

  get attempts(): number {
    const { passed, failed, inconclusive, error } = this.counts;
    return passed + failed + inconclusive + error;
  }

  /**
   * Whether the last answer ends a run that is long enough, and either without a miss or with misses shown to be rare.
   */
  isEnough(at: number): boolean {
    const isSteady = this.#isLong(this.#run?.unbroken, at) || (this.#isRunLong(at) && this.#rarity.isShown);
    return isSteady && this.findSlowPercentile() === undefined;
  }

  /** The same at the deadline, when misses that are likely to be rare have to do. */
  isEnoughAtDeadline(at: number): boolean {
    return this.#isRunLong(at) && this.#rarity.isLikely && this.findSlowPercentile() === undefined;
  }

  /** When the first answer of the run came. */
  get readySince(): number | undefined {
    return this.#run?.since;
  }

  /** The limit that is exceeded, in words. */
  describeExceededLimit(): string | undefined {
    const { failures, errors, inconclusive } = this.#rules.limits;
    const { failed, error, inconclusive: undecided } = this.#counted;
    if (failures !== undefined && failed > failures) return `more than ${failures} failures`;
    if (errors !== undefined && error > errors) return `more than ${errors} errors`;
    if (inconclusive !== undefined && undecided > inconclusive) return `more than ${inconclusive} undecided attempts`;
    return undefined;
  }

  /** The first percentile of the run that is over its bound; milliseconds. */
  findSlowPercentile(): { name: string; actual: number; bound: number } | undefined {
    const took = this.#run?.took ?? [];
    for (const [name, bound] of Object.entries(this.#rules.percentiles ?? {})) {
      if (bound === undefined) continue;
      const actual = computePercentile(took, Number(name.slice(1)));
      if (actual > bound) return { name, actual, bound };
    }
    return undefined;
  }

  #isLong(run: { since: number; good: number } | undefined, at: number): boolean {
    return run !== undefined && run.good >= this.#rules.consecutive && at - run.since >= this.#rules.for;
  }

  /** The run may have misses in it, only not as its last answer. */
  #isRunLong(at: number): boolean {
    return this.#run?.missing === 0 && this.#isLong(this.#run, at);
  }

  #addGood(attempt: Attempt, at: number): void {
    const { instance, instanceStartedAt, took } = attempt;
    if (this.#run && this.#isNew(this.#run, instance, instanceStartedAt)) {
      this.restarts++;
      this.#run = undefined;
    }
    this.#rarity.addGood();
    this.#run ??= { since: at, good: 0, missing: 0, unbroken: undefined, took: [], instances: new Set() };
    this.#run.good++;
    this.#run.missing = 0;
    this.#run.unbroken ??= { since: at, good: 0 };
    this.#run.unbroken.good++;
    if (took !== undefined) this.#run.took.push(took);
    if (instance !== undefined) this.#run.instances.add(instance);
  }

  #addBad(attempt: Attempt): void {
    this.lastBad = attempt;
    if (!attempt.isolated) {
      this.#run = undefined;
      this.#rarity = new Rarity();
      return;
    }
    if (this.counts.passed > 0) this.#rarity.addMiss(); // before the first good answer it may still be starting
    if (!this.#run) return;
    this.#run.unbroken = undefined;
    if (++this.#run.missing >= outage) this.#run = undefined;
  }

  /**
   * An instance that was started after the run began, told by its uptime; without one, by an id that was not there at
   * the beginning. Behind a balancer each instance of many first shows up in its turn, which only takes longer.
   */
  #isNew(run: Run, instance: string | undefined, startedAt: number | undefined): boolean {
    if (startedAt !== undefined) return startedAt > run.since + clockGrain;
    return instance !== undefined && run.instances.size > 0 && !run.instances.has(instance);
  }
}
