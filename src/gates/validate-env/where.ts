import type { Declaration } from './options.ts';
import type { Where } from './rules/rule.ts';
import { boundaryOf } from './types/type.ts';

/** The place is looked up by the finding that takes it, since most variables are as declared. */
export function whereOf(declaration: Declaration): Where {
  return {
    boundary: boundaryOf(declaration.declared),
    get place() {
      return declaration.place;
    },
  };
}
