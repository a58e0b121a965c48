import type { FindingKind } from '../../../core/finding.ts';
import { shown } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const constraintBuildsIndexFinding: FindingKind = {
  code: 'schema/constraint-builds-index',
  severity: 'warning',
  boundary: 'data',
  meaning: 'A constraint builds its index while the table is locked against reads and writes.',
  cause: 'ADD PRIMARY KEY, UNIQUE or EXCLUDE on a table that has rows already.',
  help: 'Build the index first with CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … UNIQUE USING INDEX in a later migration.',
};

const names: Record<string, string> = {
  CONSTR_PRIMARY: 'primary key',
  CONSTR_UNIQUE: 'unique constraint',
  CONSTR_EXCLUSION: 'exclusion constraint',
};

export const constraintBuildsIndex: SqlRule = {
  kind: constraintBuildsIndexFinding,
  look: {
    AlterTableCmd: ({ subtype, def }, { known, table }) => {
      if (subtype !== 'AT_AddConstraint' || !def || !('Constraint' in def) || !known.stands(table)) return undefined;
      const { contype = '', indexname, conname } = def.Constraint;
      const what = names[contype];
      if (!what || indexname) return undefined;
      return {
        message: `The ${what}${conname ? ` ${conname}` : ''} locks ${shown(table)} while its index is built.`,
        size: table,
      };
    },
  },
};
