import type { CookieJar } from '../../clients/cookie-jar.ts';
import type { Outcome } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import type { FailureClass } from './failure.ts';
import type { Plan, Step } from './plan/model.ts';

/** One step that ran. Times are milliseconds since the epoch. */
export interface TakenStep extends Outcome {
  flow: string;
  /** Such as `place-an-order, step 3`. */
  label: string;
  /** What the step did, such as `POST /api/orders`. */
  title: string;
  startedAt: number;
  finishedAt: number;
  failureClass: FailureClass | undefined;
}

/** What a part that runs once leaves to every flow that uses it. */
export interface PartResult {
  outcome: Outcome;
  captured: ReadonlyMap<string, unknown>;
  cookies: CookieJar;
}

/** One run of a plan: what its flows share. */
export class Run {
  readonly plan: Plan;
  /** Its signal aborts when the whole run is cancelled, not when one flow times out. */
  readonly context: GateContext;
  readonly taken: TakenStep[] = [];
  /** By part and values. */
  readonly once = new Map<string, Promise<PartResult>>();
  /** By flow: when it began, or when the first flow that it comes after began; milliseconds since the epoch. */
  readonly began = new Map<string, number>();
  /** By flow: its current step. */
  readonly underWay = new Map<string, Step>();
  /** By service: the deployment that its first answer named. */
  readonly served = new Map<string, string>();

  constructor(plan: Plan, context: GateContext) {
    this.plan = plan;
    this.context = context;
  }
}
