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

/** How far the start times that one instance reports may differ; milliseconds. */
const clockGrain = 2000;

/** This many misses in a row are an outage, however rare misses were before. */
const outage = 3;

/** A run of good answers. */
interface Run {
  since: number;
  good: number;
  /** How many possibly random misses came last, one after the other. */
  missing: number;
  /** The good answers since the last miss, and the time of the first. */
  unbroken: { since: number; good: number } | undefined;
  took: number[];
  instances: Set<string>;
}

/** Counts the attempts and decides when they are enough. Times are milliseconds since the epoch. */
export class Progress {
  readonly counts: Record<Verdict, number> = { passed: 0, failed: 0, inconclusive: 0, error: 0 };
  /** How often an instance restarted after good answers. */
  restarts = 0;
  /** The last attempt that was not good. */
  lastBad: Attempt | undefined;
  /** Whether nothing at all has come from the service yet. */
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
   * Whether the last answer ends a run that is long enough, and that has no misses or only provably rare ones.
   */
  isEnough(at: number): boolean {
    const isSteady = this.#isLong(this.#run?.unbroken, at) || (this.#isRunLong(at) && this.#rarity.isShown);
    return isSteady && this.findSlowPercentile() === undefined;
  }

  /** The same at the deadline, where it is enough that misses are probably rare. */
  isEnoughAtDeadline(at: number): boolean {
    return this.#isRunLong(at) && this.#rarity.isLikely && this.findSlowPercentile() === undefined;
  }

  /** The time of the first good answer of the run. */
  get readySince(): number | undefined {
    return this.#run?.since;
  }

  /** The limit that the attempts exceed, such as `more than 3 failures`. */
  describeExceededLimit(): string | undefined {
    const { failures, errors, inconclusive } = this.#rules.limits;
    const { failed, error, inconclusive: undecided } = this.#counted;
    if (failures !== undefined && failed > failures) return `more than ${failures} failures`;
    if (errors !== undefined && error > errors) return `more than ${errors} errors`;
    if (inconclusive !== undefined && undecided > inconclusive) return `more than ${inconclusive} undecided attempts`;
    return undefined;
  }

  /** The first percentile of the run that exceeds its limit; milliseconds. */
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

  /** The run may contain misses, but not as its last answer. */
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
    if (this.counts.passed > 0) this.#rarity.addMiss(); // before its first good answer the service may still be starting
    if (!this.#run) return;
    this.#run.unbroken = undefined;
    if (++this.#run.missing >= outage) this.#run = undefined;
  }

  /**
   * Whether the instance started after the run began: by its uptime or, without one, by an id that is new in the run.
   * Behind a load balancer every instance is new once, which only makes the run longer.
   */
  #isNew(run: Run, instance: string | undefined, startedAt: number | undefined): boolean {
    if (startedAt !== undefined) return startedAt > run.since + clockGrain;
    return instance !== undefined && run.instances.size > 0 && !run.instances.has(instance);
  }
}
