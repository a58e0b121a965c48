import type { GateContext } from '../../core/context.ts';
import type { Place } from '../../core/finding.ts';

/** What every signal is made with, beside what its declaration says. */
export interface Declared {
  name: string;
  /** The address of the service; undefined where it has none. */
  base: string | undefined;
  place: Place;
  /** When users first met the release, in milliseconds since the epoch: what came earlier is the version before. */
  releasedAt: number;
  context: GateContext;
}
