import type { Verdict } from '../../core/verdict.ts';
import type { Attempt } from './attempt.ts';
import { percentile } from './percentile.ts';

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

/** One in so many good answers may be followed by an isolated miss: 1 % of lost connections and 2 % of slow ones are common. */
const goodPerMiss = 20;

/** A run of good answers. */
interface Run {
  since: number;
  good: number;
  /** Misses that may be chance. */
  misses: number;
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
  readonly #rules: Rules;
  readonly #started: number;
  readonly #counted: Record<Verdict, number> = { passed: 0, failed: 0, inconclusive: 0, error: 0 };
  #run: Run | undefined;
  #missPending = false;

  constructor(rules: Rules, started: number) {
    this.#rules = rules;
    this.#started = started;
  }

  /** How many good answers there are in the unbroken run. */
  get inARow(): number {
    return this.#run?.good ?? 0;
  }

  add(attempt: Attempt, at: number): void {
    const { verdict } = attempt;
    this.counts[verdict]++;
    if (at - this.#started >= this.#rules.grace) this.#counted[verdict]++;
    if (verdict === 'passed') this.#addGood(attempt, at);
    else this.#addBad(attempt);
  }

  isEnough(at: number): boolean {
    const run = this.#run;
    if (!run || this.#missPending) return false;
    const steady = run.good >= this.#rules.consecutive && at - run.since >= this.#rules.for;
    return steady && run.misses * goodPerMiss <= run.good && this.tooSlow() === undefined;
  }

  /** The limit that is exceeded, in words. */
  exceeded(): string | undefined {
    const { failures, errors, inconclusive } = this.#rules.limits;
    const { failed, error, inconclusive: undecided } = this.#counted;
    if (failures !== undefined && failed > failures) return `more than ${failures} failures`;
    if (errors !== undefined && error > errors) return `more than ${errors} errors`;
    if (inconclusive !== undefined && undecided > inconclusive) return `more than ${inconclusive} undecided attempts`;
    return undefined;
  }

  /** The first percentile of the run that is over its bound; milliseconds. */
  tooSlow(): { name: string; actual: number; bound: number } | undefined {
    const took = this.#run?.took ?? [];
    for (const [name, bound] of Object.entries(this.#rules.percentiles ?? {})) {
      if (bound === undefined) continue;
      const actual = percentile(took, Number(name.slice(1)));
      if (actual > bound) return { name, actual, bound };
    }
    return undefined;
  }

  #addGood(attempt: Attempt, at: number): void {
    this.#missPending = false;
    const { instance, instanceStartedAt, took } = attempt;
    if (this.#run && this.#isNew(this.#run, instance, instanceStartedAt)) {
      this.restarts++;
      this.#run = undefined;
    }
    this.#run ??= { since: at, good: 0, misses: 0, took: [], instances: new Set() };
    this.#run.good++;
    if (took !== undefined) this.#run.took.push(took);
    if (instance !== undefined) this.#run.instances.add(instance);
  }

  #addBad(attempt: Attempt): void {
    this.lastBad = attempt;
    const run = this.#run;
    const mayBeChance = run && attempt.isolated && !this.#missPending && run.misses * goodPerMiss <= run.good;
    if (mayBeChance) {
      run.misses++;
      this.#missPending = true;
    } else {
      this.#run = undefined;
      this.#missPending = false;
    }
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
