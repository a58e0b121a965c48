import type { Configuration } from '../../../config/load.ts';
import type { Step as DeclaredStep } from '../../../config/schema/smoke/steps.ts';
import type { Generator } from '../../../config/schema/smoke.ts';
import type { Boundary, Place } from '../../../core/finding.ts';

export type Path = (string | number)[];

/** Everything that a run does and needs to know. The gate makes it before it sends anything. */
export interface Plan {
  /** Each after the flows that it is `after`. */
  flows: Flow[];
  /** The variables of the step's environment that the flows use, by name. */
  variables: ReadonlyMap<string, string>;
  requests: RequestSettings;
  /** For what only a failure needs, such as the probes of a service. */
  config: Configuration;
}

/** What every request to a service contains. */
export interface RequestSettings {
  headers: Record<string, string>;
  /** Lets requests to these origins pass Vercel's deployment protection. */
  bypass: { secret: string; origins: ReadonlySet<string> } | undefined;
  deployment: { send: string | undefined; seenIn: string | undefined };
  /** By origin. */
  services: ReadonlyMap<string, ServiceOfRelease>;
}

export interface ServiceOfRelease {
  name: string;
  /** The id of its deployment, from the release record. */
  deployment: string | undefined;
  /** Where the previous deployment still answers. */
  previousUrl: string | undefined;
}

/** One flow, ready to run. */
export interface Flow {
  name: string;
  boundary: Boundary;
  tags: string[];
  /** Whether its failures are only warnings. */
  warns: boolean;
  after: string[];
  /** Milliseconds. */
  timeout: number;
  /** Values generated for this run, by name. */
  generated: ReadonlyMap<string, string>;
  steps: Step[];
  cleanUp: Step[];
}

/** A name that a step uses, and where. */
export interface Use {
  name: string;
  path: Path;
}

/** One step, with its place in the configuration. */
export interface Step<Declared extends DeclaredStep = DeclaredStep> {
  declared: Declared;
  /** As findings name it, such as `place-an-order, step 3`. */
  label: string;
  /** The URL that its path starts from; undefined if no service is declared. */
  baseUrl: string | undefined;
  path: Path;
  place: Place;
  /** The names that it uses, and that the step it wraps uses. */
  uses: Use[];
  /** The place of a value in it, such as `placeOf('expect', 'status')`. */
  placeOf(...path: Path): Place;
  /** The place of a captured name. */
  placeOfCapture(name: string): Place;
  /** The step that it wraps, such as that of `wait-until`. */
  inner?: Step;
  /** The steps that `use` names. */
  part?: Part;
}

/** Steps that run as one step of another flow. */
export interface Part {
  name: string;
  /** With their defaults; null for a parameter without a default. */
  parameters: Record<string, unknown>;
  once: boolean;
  generate: Record<string, Generator>;
  steps: Step[];
}
