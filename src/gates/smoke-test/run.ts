import type { CookieJar } from '../../clients/cookie-jar.ts';
import type { Outcome } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import type { FailureClass } from './failure.ts';
import type { Plan, Step } from './plan/model.ts';

/** One step that was taken; times are milliseconds since the epoch. */
export interface TakenStep extends Outcome {
  flow: string;
  /** Such as `place-an-order, step 3`. */
  label: string;
  /** What it did, such as `POST /api/orders`. */
  title: string;
  startedAt: number;
  finishedAt: number;
  failureClass: FailureClass | undefined;
}

/** What a part that is done once left to all flows that use it. */
export interface Done {
  outcome: Outcome;
  captured: ReadonlyMap<string, unknown>;
  cookies: CookieJar;
}

/** One run of a plan: what its flows share. */
export class Run {
  readonly plan: Plan;
  /** Aborted when the whole run is, not when one flow is given up. */
  readonly context: GateContext;
  readonly taken: TakenStep[] = [];
  /** By part and values. */
  readonly once = new Map<string, Promise<Done>>();
  /** By flow: when it began, or the first that it comes after; milliseconds since the epoch. */
  readonly began = new Map<string, number>();
  /** By flow: the step that it is at. */
  readonly underWay = new Map<string, Step>();
  /** By service: what its first answer said that served it. */
  readonly served = new Map<string, string>();

  constructor(plan: Plan, context: GateContext) {
    this.plan = plan;
    this.context = context;
  }
}
