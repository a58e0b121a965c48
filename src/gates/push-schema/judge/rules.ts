import type { SqlRule } from './rule.ts';
import { addsComputedColumn } from './rules/adds-computed-column.ts';
import { addsRequiredColumn } from './rules/adds-required-column.ts';
import { changesType } from './rules/changes-type.ts';
import { constraintBuildsIndex } from './rules/constraint-builds-index.ts';
import { constraintScansTable } from './rules/constraint-scans-table.ts';
import { deletesRows } from './rules/deletes-rows.ts';
import { detachNotConcurrent } from './rules/detach-not-concurrent.ts';
import { disablesRowLevelSecurity } from './rules/disables-row-level-security.ts';
import { dropIndexNotConcurrent } from './rules/drop-index-not-concurrent.ts';
import { dropsColumn } from './rules/drops-column.ts';
import { dropsConstraint } from './rules/drops-constraint.ts';
import { dropsDefault } from './rules/drops-default.ts';
import { dropsObject } from './rules/drops-object.ts';
import { dropsSchema } from './rules/drops-schema.ts';
import { dropsTable } from './rules/drops-table.ts';
import { foreignKeyWithoutIndex } from './rules/foreign-key-without-index.ts';
import { functionSearchPath } from './rules/function-search-path.ts';
import { indexNotConcurrent } from './rules/index-not-concurrent.ts';
import { locksOutCode } from './rules/locks-out-code.ts';
import { locksTable } from './rules/locks-table.ts';
import { mixesDataAndSchema } from './rules/mixes-data-and-schema.ts';
import { nameTooLong } from './rules/name-too-long.ts';
import { noRowLevelSecurity } from './rules/no-row-level-security.ts';
import { notIdempotent } from './rules/not-idempotent.ts';
import { notJudged } from './rules/not-judged.ts';
import { policyAlwaysTrue } from './rules/policy-always-true.ts';
import { refreshNotConcurrent } from './rules/refresh-not-concurrent.ts';
import { refusesWrites } from './rules/refuses-writes.ts';
import { reindexNotConcurrent } from './rules/reindex-not-concurrent.ts';
import { renames } from './rules/renames.ts';
import { rewritesTable } from './rules/rewrites-table.ts';
import { setsNotNull } from './rules/sets-not-null.ts';
import { takesRights } from './rules/takes-rights.ts';
import { truncatesTable } from './rules/truncates-table.ts';
import { unbatchedBackfill } from './rules/unbatched-backfill.ts';
import { usesNewEnumValue } from './rules/uses-new-enum-value.ts';
import { volatileDefault } from './rules/volatile-default.ts';

/** All that is looked for in SQL. */
export const sqlRules: SqlRule[] = [
  // loses data
  dropsTable,
  dropsColumn,
  dropsSchema,
  truncatesTable,
  deletesRows,
  // breaks the code that is still running
  renames,
  changesType,
  addsRequiredColumn,
  setsNotNull,
  dropsDefault,
  dropsObject,
  dropsConstraint,
  refusesWrites,
  takesRights,
  notJudged,
  // locks or rewrites
  indexNotConcurrent,
  dropIndexNotConcurrent,
  reindexNotConcurrent,
  constraintScansTable,
  constraintBuildsIndex,
  volatileDefault,
  addsComputedColumn,
  rewritesTable,
  refreshNotConcurrent,
  detachNotConcurrent,
  locksTable,
  unbatchedBackfill,
  mixesDataAndSchema,
  // leaves rows open
  noRowLevelSecurity,
  disablesRowLevelSecurity,
  locksOutCode,
  policyAlwaysTrue,
  functionSearchPath,
  // will not do what it says
  usesNewEnumValue,
  nameTooLong,
  foreignKeyWithoutIndex,
  notIdempotent,
];
