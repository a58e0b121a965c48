import { type Check, concludeFrom } from '../../../core/check.ts';
import { pluralize } from '../../../core/plural.ts';
import { explainErrors } from '../database.ts';
import type { Planned } from '../plan.ts';
import { refuseSideEffects } from '../requirements/assertions.ts';

/** Whether the assertions only read, before anything is changed. Functions that a migration adds are checked after it. */
export function assertionsCheck({ database: { session, target } }: Planned): Check {
  return {
    name: `${target.name}.assertions`,
    boundary: 'data',
    run: () =>
      explainErrors(target, async () => {
        for (const name of target.assertions.keys()) await refuseSideEffects(session, target, name);
        return concludeFrom([], pluralize(target.assertions.size, 'assertion'));
      }),
  };
}
