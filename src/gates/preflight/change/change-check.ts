import type { Change } from '../../../config/schema/preflight/change.ts';
import type { Outcome } from '../../../core/check.ts';
import type { CommitFacts } from '../../../core/commit-facts.ts';
import type { GateContext } from '../../../core/context.ts';
import type { Boundary, Place } from '../../../core/finding.ts';

export interface ChangeRequest {
  commit: string;
  facts: CommitFacts;
  context: GateContext;
  /** The place of the check's key in the configuration. */
  place: Place;
  /** The place of something below that key. */
  findPlace(...key: (string | number)[]): Place;
}

/** One thing that must hold for the commit. */
export interface ChangeCheck {
  name: string;
  boundary: Boundary;
  /** The check of what `change:` declares; undefined when it declares nothing of the kind. */
  plan(change: Change): ((request: ChangeRequest) => Promise<Outcome<never>>) | undefined;
}
