import type { FindingKind } from '../../../core/finding.ts';
import { shown } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const constraintBuildsIndexFinding: FindingKind = {
  code: 'schema/constraint-builds-index',
  severity: 'warning',
  boundary: 'data',
  meaning: 'Adding the constraint builds an index while reads and writes of the table are blocked.',
  cause: 'ADD PRIMARY KEY, UNIQUE or EXCLUDE on a table that already has rows.',
  help: 'Build the index first, alone in its migration: `CREATE UNIQUE INDEX CONCURRENTLY <index> ON <table> (<columns>)`. In a later migration: `ALTER TABLE <table> ADD CONSTRAINT <name> UNIQUE USING INDEX <index>`.',
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
