import type { FindingKind } from '../../../core/finding.ts';
import { shown } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const locksOutCodeFinding: FindingKind = {
  code: 'schema/enables-row-level-security',
  severity: 'warning',
  boundary: 'identity',
  meaning:
    'A table of running code gets row-level security and no policy: every role but its owner sees no row any more.',
  cause: 'ENABLE ROW LEVEL SECURITY on a table that is in use, with the policies still to come.',
  help: 'Create the policies in the same migration.',
};

export const locksOutCode: SqlRule = {
  kind: locksOutCodeFinding,
  grade: 'breaking',
  look: {
    AlterTableCmd: ({ subtype }, { known, table }) => {
      if (subtype !== 'AT_EnableRowSecurity' || !known.stands(table)) return undefined;
      if (known.hasRowSecurity(table)) return undefined;
      return {
        message: `${shown(table)} gets row-level security and has no policy.`,
        unless: () => known.hasPolicy(table),
      };
    },
  },
};
