import { type Check, concludeFrom } from '../../../core/check.ts';
import { type Finding, found } from '../../../core/finding.ts';
import { findNearest } from '../../../core/nearest.ts';
import type { Database } from '../database.ts';
import { unusedAllowanceFinding } from '../judge/allowance.ts';
import { compareInspections, type Inspection, inspect } from '../live-lints/inspect.ts';
import { lints } from '../live-lints/lints.ts';
import type { Target } from '../options.ts';

/** Keys that allow nothing; not where some of the lints have nothing to look at, such as a public API. */
function unusedKeys(after: Inspection, { allow, name, placeOf }: Target): Finding[] {
  if (after.size < lints.length) return [];
  const keys = [...after.values()].flatMap(sights => sights.map(({ key }) => key));
  return allow
    .filter(key => !keys.includes(key))
    .map(key => {
      const near = findNearest(key, keys);
      const message = `\`allow\` of ${name} has ${key}, which no lint finds.`;
      const help = near ? `Did you mean "${near}"?` : 'Take it away, so that it allows nothing by accident.';
      return found(unusedAllowanceFinding, { message, help, place: placeOf('allow') });
    });
}

/** Looks at the database as it is after the push, and holds it against what it was before. */
export function lintsCheck(database: Database): Check {
  const { session, target, inspection } = database;
  return {
    name: `${target.name}.lints`,
    boundary: 'data',
    run: () =>
      database.explaining(async () => {
        await session.reset(); // a migration may have left another search path
        const after = await inspect(session, target.rowLevelSecurity);
        const { allow: allowed, name, place } = target;
        const findings = compareInspections({ before: inspection, after, allowed, database: name, place });
        return concludeFrom([...findings, ...unusedKeys(after, target)], `${after.size} looked for`);
      }),
  };
}
