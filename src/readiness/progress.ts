import { formatDuration } from '../core/duration.ts';
import type { Verdict } from '../core/verdict.ts';
import type { Attempt } from './attempt.ts';
import { computePercentile } from './percentile.ts';
import { Rarity } from './rarity.ts';

export interface Rules {
  consecutive: number;
  /** Milliseconds. */
  for: number;
  grace: number;
  limits: {
    failures?: number | undefined;
    errors?: number | undefined;
    inconclusive?: number | undefined;
    /** Milliseconds. */
    unsteady?: number | undefined;
  };
  percentiles?: Record<string, number | undefined> | undefined;
}

/** How far the start times that one instance reports may differ; milliseconds. */
const clockGrain = 2000;

/** This many misses in a row are an outage, however rare misses were before; so are fewer that last this long. */
const outage = { misses: 4, ms: 1000 };

/**
 * Enough good answers to let a service that has been unsteady go on: a service that answers 3 % wrongly gives as many in
 * a row with a probability of 3.5 %.
 */
const promising = 110;

/** How long a service may be unsteady unless the configuration says otherwise; milliseconds, or this many times `for`. */
const patience = { ms: 120_000, watches: 4 };

/** A run of good answers. */
interface Run {
  since: number;
  good: number;
  /** The possibly random misses that came last, one after the other, and when the gate asked for the first. */
  missing: { count: number; since: number };
  /** The good answers since the last miss, and the time of the first. */
  unbroken: { since: number; good: number } | undefined;
  took: number[];
}

/** Counts the attempts and decides when they are enough. Times are milliseconds since the epoch. */
export class Progress {
  readonly counts: Record<Verdict, number> = { passed: 0, failed: 0, inconclusive: 0, error: 0 };
  /** How often an instance restarted, or a new one appeared, after good answers. */
  restarts = 0;
  /** How often a rate limit stopped the gate after good answers. */
  throttled = 0;
  /** The last attempt that was not good. */
  lastBad: Attempt | undefined;
  /** Whether nothing at all has come from the service yet. */
  isSilent = true;
  readonly #rules: Rules;
  readonly #started: number;
  readonly #counted: Record<Verdict, number> = { passed: 0, failed: 0, inconclusive: 0, error: 0 };
  readonly #instances = new Set<string>();
  #run: Run | undefined;
  readonly #rarity = new Rarity();
  #firstGood: number | undefined;
  #lastGood: number | undefined;
  /** The bad answers after the first good one, by verdict, and how many of them were lost connections. */
  readonly #missed: Record<Verdict, number> = { passed: 0, failed: 0, inconclusive: 0, error: 0 };
  #lost = 0;
  /** Whether a bad answer or a restart came after a good answer, and whether one ended a run. */
  #hasMissed = false;
  #hasBroken = false;

  constructor(rules: Rules, started: number) {
    this.#rules = rules;
    this.#started = started;
  }

  /** Counts an attempt that began and ended at these times; returns whether it ended a run of good answers. */
  add(attempt: Attempt, askedAt: number, at: number): boolean {
    const { verdict } = attempt;
    this.isSilent &&= attempt.silent === true;
    if (attempt.throttled && this.#firstGood !== undefined) {
      this.throttled++;
      return false;
    }
    this.counts[verdict]++;
    if (at - this.#started >= this.#rules.grace) this.#counted[verdict]++;
    if (verdict !== 'passed') return this.#addBad(attempt, askedAt, at);
    this.#addGood(attempt, at);
    return false;
  }

  get attempts(): number {
    const { passed, failed, inconclusive, error } = this.counts;
    return passed + failed + inconclusive + error + this.throttled;
  }

  /** The time of the last good answer. */
  get lastGood(): number | undefined {
    return this.#lastGood;
  }

  /** Whether the answers have been good since the first good one. */
  get isSteady(): boolean {
    return this.#run !== undefined && !this.#hasMissed;
  }

  /** Whether all bad answers since the first good one were lost connections. */
  get hasOnlyLost(): boolean {
    return this.#lost > 0 && this.#lost === this.#missed.failed + this.#missed.inconclusive + this.#missed.error;
  }

  /** The verdict of most bad answers since the first good one: an attempt that could not be made is not a failure. */
  get usualMiss(): Verdict {
    const { failed, error, inconclusive } = this.#missed;
    if (failed >= error + inconclusive) return 'failed';
    return error >= inconclusive ? 'error' : 'inconclusive';
  }

  /** Whether a run is on that more time could prove good. */
  get isPromising(): boolean {
    return this.#run !== undefined && (!this.#hasBroken || this.#run.good >= promising);
  }

  /** How much longer the run must last; milliseconds. */
  computeMissingTime(at: number): number {
    return this.#run ? Math.max(0, this.#run.since + this.#rules.for - at) : this.#rules.for;
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

  /** The limit that the attempts exceed, such as `more than 3 failures`; times are those of the next attempt. */
  describeExceededLimit(at: number): string | undefined {
    const { failures, errors, inconclusive } = this.#rules.limits;
    const { failed, error, inconclusive: undecided } = this.#counted;
    if (failures !== undefined && failed > failures) return `more than ${failures} failures`;
    if (errors !== undefined && error > errors) return `more than ${errors} errors`;
    if (inconclusive !== undefined && undecided > inconclusive) return `more than ${inconclusive} undecided attempts`;
    const { unsteady = Math.max(patience.ms, patience.watches * this.#rules.for) } = this.#rules.limits;
    const isUnsteady = this.#hasMissed && (!this.isPromising || this.#rarity.isDoubtful);
    if (isUnsteady && this.#firstGood !== undefined && at - this.#firstGood >= unsteady)
      return `unsteady for ${formatDuration(unsteady)}`;
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
    return this.#run?.missing.count === 0 && this.#isLong(this.#run, at);
  }

  #addGood(attempt: Attempt, at: number): void {
    const { instance, took } = attempt;
    this.#firstGood ??= at;
    this.#lastGood = at;
    if (this.#isNewInstance(attempt)) {
      this.restarts++;
      this.#hasMissed = true;
      this.#endRun();
    }
    if (instance !== undefined) this.#instances.add(instance);
    this.#rarity.addGood();
    this.#run ??= { since: at, good: 0, missing: { count: 0, since: at }, unbroken: undefined, took: [] };
    this.#run.good++;
    this.#run.missing.count = 0;
    this.#run.unbroken ??= { since: at, good: 0 };
    this.#run.unbroken.good++;
    if (took !== undefined) this.#run.took.push(took);
  }

  #addBad(attempt: Attempt, askedAt: number, at: number): boolean {
    this.lastBad = attempt;
    if (this.#firstGood === undefined) return false; // the service may still be starting
    this.#hasMissed = true;
    this.#missed[attempt.verdict]++;
    if (attempt.lost) this.#lost++;
    if (!attempt.isolated) return this.#endRun();
    this.#rarity.addMiss();
    return this.#run !== undefined && this.#isOutage(this.#run, attempt, askedAt, at) && this.#endRun();
  }

  /** Adds a miss to the run; returns whether the last ones are an outage. An answer that is only slow has no length. */
  #isOutage(run: Run, { lost }: Attempt, askedAt: number, at: number): boolean {
    const { missing } = run;
    run.unbroken = undefined;
    if (missing.count === 0) missing.since = askedAt;
    missing.count++;
    return missing.count >= outage.misses || (lost === true && at - missing.since >= outage.ms);
  }

  #endRun(): boolean {
    const ends = this.#run !== undefined;
    this.#run = undefined;
    this.#hasBroken ||= ends;
    return ends;
  }

  /**
   * Whether the instance started after the run began: by its uptime or, without one, by an id that never answered
   * before. Behind a load balancer every instance is new once, which only makes the run longer.
   */
  #isNewInstance({ instance, instanceStartedAt }: Attempt): boolean {
    if (instanceStartedAt !== undefined)
      return this.#run !== undefined && instanceStartedAt > this.#run.since + clockGrain;
    return instance !== undefined && this.#instances.size > 0 && !this.#instances.has(instance);
  }
}
