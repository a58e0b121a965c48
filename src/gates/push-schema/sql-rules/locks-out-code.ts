import type { FindingKind } from '../../../core/finding.ts';
import { shown } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const locksOutCodeFinding: FindingKind = {
  code: 'schema/enables-row-level-security',
  severity: 'warning',
  boundary: 'identity',
  meaning:
    'A table that running code uses gets row-level security but no policy. Every role except its owner then sees no rows.',
  cause: 'ENABLE ROW LEVEL SECURITY on a table in use, before its policies exist.',
  help: 'Create the policies in the same migration: `CREATE POLICY <name> ON <table> USING (<condition>)`.',
};

export const locksOutCode: SqlRule = {
  kind: locksOutCodeFinding,
  grade: 'breaking',
  look: {
    AlterTableCmd: ({ subtype }, { known, table }) => {
      if (subtype !== 'AT_EnableRowSecurity' || !known.stands(table)) return undefined;
      if (known.hasRowSecurity(table)) return undefined;
      return {
        message: `${shown(table)} gets row-level security but has no policy.`,
        unless: () => known.hasPolicy(table),
      };
    },
  },
};
