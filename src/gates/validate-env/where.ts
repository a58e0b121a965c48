import type { Boundary, Place } from '../../core/finding.ts';
import type { Declaration } from './options.ts';
import { boundaryOf } from './types/type.ts';

/** What every finding about a variable has in common. */
export interface Where {
  boundary: Boundary;
  readonly place?: Place | undefined;
}

/** The place is looked up by the finding that takes it, since most variables are as declared. */
export function whereOf(declaration: Declaration): Where {
  return {
    boundary: boundaryOf(declaration.declared),
    get place() {
      return declaration.place;
    },
  };
}
