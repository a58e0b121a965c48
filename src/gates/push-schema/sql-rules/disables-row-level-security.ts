import type { FindingKind } from '../../../core/finding.ts';
import { shown } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const disablesRowLevelSecurityFinding: FindingKind = {
  code: 'schema/disables-row-level-security',
  severity: 'error',
  boundary: 'identity',
  meaning: 'A table loses its row-level security, so its policies no longer protect anything.',
  cause: 'ALTER TABLE … DISABLE ROW LEVEL SECURITY, often left over from debugging.',
  help: 'Remove the statement, and write a policy for the access that failed.',
};

export const disablesRowLevelSecurity: SqlRule = {
  kind: disablesRowLevelSecurityFinding,
  look: {
    AlterTableCmd: ({ subtype }, { known, table }) =>
      subtype === 'AT_DisableRowSecurity' && known.stands(table)
        ? { message: `Row-level security of ${shown(table)} is disabled.` }
        : undefined,
  },
};
