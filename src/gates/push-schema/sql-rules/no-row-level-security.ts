import type { FindingKind } from '../../../core/finding.ts';
import { shown, tableOf } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const noRowLevelSecurityFinding: FindingKind = {
  code: 'schema/no-row-level-security',
  severity: 'error',
  boundary: 'identity',
  meaning:
    'A new table has no row-level security. Anyone with the public key of the project can read and change all of it.',
  cause:
    'CREATE TABLE in the exposed schema without ALTER TABLE … ENABLE ROW LEVEL SECURITY. Prisma never writes that statement.',
  help: 'Add `ALTER TABLE <table> ENABLE ROW LEVEL SECURITY;` to the migration, and a policy for the roles that may use it. If the database has no public API, set `row-level-security: false`.',
};

export const noRowLevelSecurity: SqlRule = {
  kind: noRowLevelSecurityFinding,
  look: {
    CreateStmt: ({ relation, partbound }, { known, settings }) => {
      const table = tableOf(relation);
      const exposed = (table.schema ?? 'public') === 'public' && relation?.relpersistence !== 't';
      if (!settings.rowLevelSecurity || !exposed || partbound) return undefined;
      return [
        {
          message: `The new table ${shown(table)} has no row-level security.`,
          unless: () => !known.isNew(table) || known.hasRowSecurity(table),
        },
        {
          message: `The new table ${shown(table)} has row-level security but no policy, so only its owner and the service role see its rows.`,
          help: 'Ignore this if only the server uses it. Otherwise add `CREATE POLICY <name> ON <table> TO <role> USING (<condition>)`.',
          severity: 'notice',
          unless: () => !known.isNew(table) || !known.hasRowSecurity(table) || known.hasPolicy(table),
        },
      ];
    },
  },
};
