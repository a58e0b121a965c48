import { type Check, concludeFrom } from '../../../core/check.ts';
import type { Finding } from '../../../core/finding.ts';
import type { Database } from '../database.ts';
import { failedAssertion } from '../requirements/assertions.ts';
import { missingFrom, tablesOf } from '../requirements/columns.ts';
import { missingExtensions } from '../requirements/extensions.ts';
import { missingIndexes } from '../requirements/indexes.ts';
import { missingPolicies } from '../requirements/policies.ts';
import { missingRows } from '../requirements/rows.ts';

/** Looks for all that the code needs; only what the configuration names is a check. */
export function requirementChecks(database: Database): Check[] {
  const { target, session } = database;
  const tables = [...target.require.values()];
  const count = (of: (table: (typeof tables)[number]) => number) => tables.reduce((sum, table) => sum + of(table), 0);
  const lookFor = (name: string, wanted: number, find: () => Promise<Finding[]>): Check[] => {
    if (wanted === 0) return [];
    const run = async () => {
      await session.reset(); // a migration may have left another search path
      const findings = await find();
      return concludeFrom(findings, `${wanted - findings.length} of ${wanted} hold`);
    };
    return [{ name: `${target.name}.${name}`, boundary: 'data', run: () => database.explaining(run) }];
  };
  const columns = async () => missingFrom(await tablesOf(session), target);
  return [
    ...lookFor(
      'required-columns',
      count(table => Math.max(1, table.columns.size)),
      columns,
    ),
    ...lookFor(
      'required-indexes',
      count(table => table.indexes.length),
      () => missingIndexes(session, target),
    ),
    ...lookFor(
      'required-rows',
      count(table => Number(table.rows > 0)),
      () => missingRows(session, target),
    ),
    ...lookFor(
      'required-policies',
      count(table => Number(table.rowLevelSecurity) + table.policies.length),
      () => missingPolicies(session, target),
    ),
    ...lookFor('extensions', target.extensions.length, () => missingExtensions(session, target)),
    ...[...target.assertions.keys()].flatMap(name =>
      lookFor(`assert.${name}`, 1, () => failedAssertion(session, target, name)),
    ),
  ];
}
