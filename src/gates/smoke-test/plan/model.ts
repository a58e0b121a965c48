import type { AskedAgain, Step as DeclaredStep } from '../../../config/schema/smoke/steps.ts';
import type { Generator } from '../../../config/schema/smoke.ts';
import type { Boundary, Place } from '../../../core/finding.ts';

export type Path = (string | number)[];

/** Everything that a run does, and all it has to know; made before anything is sent. */
export interface Plan {
  /** None comes before one that it is `after`. */
  flows: Flow[];
  /** Variables of the step's environment that are used, by name. */
  variables: ReadonlyMap<string, string>;
  requests: RequestSettings;
}

/** What every request to a service has. */
export interface RequestSettings {
  headers: Record<string, string>;
  /** Lets requests pass Vercel's deployment protection; only for these origins. */
  bypass: { secret: string; origins: ReadonlySet<string> } | undefined;
  deployment: { send: string | undefined; seenIn: string | undefined };
  /** By origin. */
  services: ReadonlyMap<string, ServiceOfRelease>;
}

export interface ServiceOfRelease {
  name: string;
  /** What the release record says of it. */
  deployment: string | undefined;
  /** Where the deployment that was live before still answers. */
  previousUrl: string | undefined;
}

/** One flow, ready to run: every name and address that can be known is. */
export interface Flow {
  name: string;
  boundary: Boundary;
  tags: string[];
  /** Whether its faults are only warnings. */
  warns: boolean;
  after: string[];
  /** Milliseconds. */
  timeout: number;
  /** Values that were made up for this run, by name. */
  generated: ReadonlyMap<string, string>;
  steps: Step[];
  cleanUp: Step[];
}

/** A name that a step uses, and where. */
export interface Use {
  name: string;
  path: Path;
}

/** One step, with where it belongs. */
export interface Step<Declared extends DeclaredStep | AskedAgain = DeclaredStep> {
  declared: Declared;
  /** As findings name it, such as `place-an-order, step 3`. */
  label: string;
  /** What its path starts from; undefined where it has a whole URL. */
  baseUrl: string | undefined;
  path: Path;
  place: Place;
  /** The names in it, also in what it wraps. */
  uses: Use[];
  /** The place of a value in it, such as `placeOf('expect', 'status')`. */
  placeOf(...path: Path): Place;
  /** The place of a captured name. */
  placeOfCapture(name: string): Place;
  /** The step that it is about: of `wait-until`, `injection` and `idempotent`. */
  inner?: Step;
  /** What `use` takes. */
  part?: Part;
}

/** Steps that are taken as one step of another flow. */
export interface Part {
  name: string;
  /** With their defaults; null where there is none. */
  parameters: Record<string, unknown>;
  once: boolean;
  generate: Record<string, Generator>;
  steps: Step[];
}
