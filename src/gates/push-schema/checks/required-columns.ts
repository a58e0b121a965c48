import { type Check, judged } from '../../../core/check.ts';
import type { Database } from '../database.ts';
import { missingFrom, tablesOf } from '../required-columns.ts';

/** Looks for the tables and columns that the code needs. */
export function requiredColumnsCheck(database: Database): Check {
  const { session, target } = database;
  const columns = Object.values(target.require).flat().length;
  return {
    name: `${target.name}.required-columns`,
    boundary: 'data',
    run: () =>
      database.explaining(async () => {
        await session.reset(); // a migration may have left another search path
        const findings = missingFrom(await tablesOf(session), target.require, {
          database: target.name,
          placeOfTable: target.placeOfTable,
        });
        return judged(findings, `${columns - findings.length} of ${columns} found`);
      }),
  };
}
