import { type Check, concludeFrom } from '../../../core/check.ts';
import type { Finding } from '../../../core/finding.ts';
import { type Database, explainErrors } from '../database.ts';
import { checkAssertion } from '../requirements/assertions.ts';
import { findMissingColumns, readTables } from '../requirements/columns.ts';
import { findMissingExtensions } from '../requirements/extensions.ts';
import { findMissingIndexes } from '../requirements/indexes.ts';
import { findMissingPolicies } from '../requirements/policies.ts';
import { findMissingRows } from '../requirements/rows.ts';

/** Verifies what the code needs. Only what the configuration names becomes a check. */
export function requirementChecks({ target, session }: Database): Check[] {
  const tables = [...target.require.values()];
  const count = (of: (table: (typeof tables)[number]) => number) => tables.reduce((sum, table) => sum + of(table), 0);
  const lookFor = (name: string, wanted: number, find: () => Promise<Finding[]>): Check[] => {
    if (wanted === 0) return [];
    const run = async () => {
      await session.reset(); // a migration may have left another search path
      const findings = await find();
      return concludeFrom(findings, `${wanted - findings.length} of ${wanted} hold`);
    };
    return [{ name: `${target.name}.${name}`, boundary: 'data', run: () => explainErrors(target, run) }];
  };
  const columns = async () => findMissingColumns(await readTables(session), target);
  return [
    ...lookFor(
      'required-columns',
      count(table => Math.max(1, table.columns.size)),
      columns,
    ),
    ...lookFor(
      'required-indexes',
      count(table => table.indexes.length),
      () => findMissingIndexes(session, target),
    ),
    ...lookFor(
      'required-rows',
      count(table => Number(table.rows > 0)),
      () => findMissingRows(session, target),
    ),
    ...lookFor(
      'required-policies',
      count(table => Number(table.rowLevelSecurity) + table.policies.length),
      () => findMissingPolicies(session, target),
    ),
    ...lookFor('extensions', target.extensions.length, () => findMissingExtensions(session, target)),
    ...[...target.assertions.keys()].flatMap(name =>
      lookFor(`assert.${name}`, 1, () => checkAssertion(session, target, name)),
    ),
  ];
}
