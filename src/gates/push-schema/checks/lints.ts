import { type Check, judged } from '../../../core/check.ts';
import type { Database } from '../database.ts';
import { compareInspections, inspect } from '../lints/inspect.ts';

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
        return judged(findings, `${after.size} looked for`);
      }),
  };
}
