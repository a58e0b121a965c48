import type { Node } from 'libpg-query';
import { shown, type TableName, tableOf } from '../catalog/names.ts';
import { listConstants } from '../judge/walk.ts';
import { rlsReferencesUserMetadataFinding } from '../live-lints/rls-references-user-metadata.ts';
import type { About, Sighting, SqlRule } from './rule.ts';

/** The lint of the live database finds such a policy only once it is made. */
export const trustsUserMetadata: SqlRule = {
  kind: rlsReferencesUserMetadataFinding,
  look: {
    CreatePolicyStmt: ({ table, policy_name, qual, with_check }, about) =>
      report(tableOf(table), policy_name, [qual, with_check], about),
    AlterPolicyStmt: ({ table, policy_name, qual, with_check }, about) =>
      report(tableOf(table), policy_name, [qual, with_check], about),
  },
};

function report(
  named: TableName,
  policy: string | undefined,
  conditions: (Node | undefined)[],
  { known, settings }: About,
): Sighting | undefined {
  const constants = conditions.flatMap(condition => (condition ? listConstants(condition) : []));
  const { schema, name } = known.toBeMade(named);
  const key = `rls_references_user_metadata_${schema}_${name}_${policy}`;
  if (!constants.some(text => /\buser_metadata\b/.test(text)) || settings.allow?.includes(key)) return undefined;
  return {
    message: `The policy "${policy}" of ${shown(named)} trusts user_metadata, which every user can write (${key}).`,
  };
}
