import { type Check, concludeFrom } from '../../../core/check.ts';
import { type Finding, found } from '../../../core/finding.ts';
import { findNearest } from '../../../core/nearest.ts';
import { explainErrors } from '../database.ts';
import { unusedAllowanceFinding } from '../judge/allowance.ts';
import { lints } from '../live-lints/index.ts';
import { compareInspections, type Inspection, inspect } from '../live-lints/inspect.ts';
import type { Planned } from '../plan.ts';
import type { Target } from '../target.ts';

/** Runs the lints after the push and compares what they find with what they found before. */
export function lintsCheck({ database: { session, target }, inspection: before }: Planned): Check {
  const run = async () => {
    await session.reset(); // a migration may have left another search path
    const after = await inspect(session, target.rowLevelSecurity);
    const findings = compareInspections({ before, after }, target);
    return concludeFrom([...findings, ...findUnusedKeys(after, target)], `${after.size} looked for`);
  };
  return { name: `${target.name}.lints`, boundary: 'data', run: () => explainErrors(target, run) };
}

/** Keys that allow nothing. Not where some lints did not run, since the database has no public API. */
function findUnusedKeys(after: Inspection, { allow, name, placeOf }: Target): Finding[] {
  if (after.size < lints.length) return [];
  const keys = [...after.values()].flatMap(sights => sights.map(({ key }) => key));
  return allow
    .filter(key => !keys.includes(key))
    .map(key => {
      const near = findNearest(key, keys);
      const message = `\`allow\` of ${name} has ${key}, which no lint reports.`;
      const help = near ? `Did you mean "${near}"?` : 'Remove it, so that it allows nothing by accident.';
      return found(unusedAllowanceFinding, { message, help, place: placeOf('allow') });
    });
}
