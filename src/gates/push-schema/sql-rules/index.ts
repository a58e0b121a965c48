import { addsComputedColumn } from './adds-computed-column.ts';
import { addsRequiredColumn } from './adds-required-column.ts';
import { changesType } from './changes-type.ts';
import { constraintBuildsIndex } from './constraint-builds-index.ts';
import { constraintScansTable } from './constraint-scans-table.ts';
import { deletesRows } from './deletes-rows.ts';
import { detachNotConcurrent } from './detach-not-concurrent.ts';
import { disablesRowLevelSecurity } from './disables-row-level-security.ts';
import { dropIndexNotConcurrent } from './drop-index-not-concurrent.ts';
import { dropsColumn } from './drops-column.ts';
import { dropsConstraint } from './drops-constraint.ts';
import { dropsDefault } from './drops-default.ts';
import { dropsObject } from './drops-object.ts';
import { dropsSchema } from './drops-schema.ts';
import { dropsTable } from './drops-table.ts';
import { exposesAuthUsers } from './exposes-auth-users.ts';
import { extensionNotAvailable } from './extension-not-available.ts';
import { foreignKeyWithoutIndex } from './foreign-key-without-index.ts';
import { functionSearchPath } from './function-search-path.ts';
import { indexNotConcurrent } from './index-not-concurrent.ts';
import { locksOutCode } from './locks-out-code.ts';
import { locksTable } from './locks-table.ts';
import { missingRight } from './missing-right.ts';
import { mixesDataAndSchema } from './mixes-data-and-schema.ts';
import { nameTooLong } from './name-too-long.ts';
import { noRowLevelSecurity } from './no-row-level-security.ts';
import { notIdempotent } from './not-idempotent.ts';
import { notJudged } from './not-judged.ts';
import { opensView } from './opens-view.ts';
import { policyAlwaysTrue } from './policy-always-true.ts';
import { refreshNotConcurrent } from './refresh-not-concurrent.ts';
import { refusesWrites } from './refuses-writes.ts';
import { reindexNotConcurrent } from './reindex-not-concurrent.ts';
import { renames } from './renames.ts';
import { rewritesTable } from './rewrites-table.ts';
import type { SqlRule } from './rule.ts';
import { setsNotNull } from './sets-not-null.ts';
import { takesRights } from './takes-rights.ts';
import { truncatesTable } from './truncates-table.ts';
import { trustsUserMetadata } from './trusts-user-metadata.ts';
import { unbatchedBackfill } from './unbatched-backfill.ts';
import { usesNewEnumValue } from './uses-new-enum-value.ts';
import { volatileDefault } from './volatile-default.ts';

/** All hazards that the gate looks for in SQL. */
export const sqlRules: SqlRule[] = [
  // cannot work in this database
  missingRight,
  extensionNotAvailable,
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
  // exposes rows
  noRowLevelSecurity,
  disablesRowLevelSecurity,
  locksOutCode,
  policyAlwaysTrue,
  trustsUserMetadata,
  opensView,
  exposesAuthUsers,
  functionSearchPath,
  // does not do what it says
  usesNewEnumValue,
  nameTooLong,
  foreignKeyWithoutIndex,
  notIdempotent,
];
