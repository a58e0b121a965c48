import type { Boundary, Place } from '../../core/finding.ts';
import type { Plot } from '../../core/plot.ts';
import type { Judgement } from './judgement.ts';

/** How one kind of signal is observed and judged. */
export interface Observer {
  /** How many of its claims could raise a false alarm: the probability of one is shared among them. */
  claims: number;
  /** Looks once. Throws a GateError when it could not, and the signal's reason when aborted. */
  observe(signal: AbortSignal): Promise<void>;
  /** Lets go of a connection that was kept for the next look. */
  close?(): void;
  /** What all looks so far say, at a probability of a false alarm for each claim. */
  judge(alpha: number): Judgement;
  plot(): Plot | undefined;
}

/** Something that the gate observes over time and judges after each look. */
export interface Signal extends Observer {
  /** As a person reads it: `api.requests`. */
  name: string;
  boundary: Boundary;
  place: Place;
  /** Milliseconds. */
  for: number;
  /** Milliseconds between two looks. */
  interval: number;
  reportOnly: boolean;
}
