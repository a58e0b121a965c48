import type { FindingKind } from '../../../core/finding.ts';
import { foreignSchemas, type Lint, ofExtension } from './lint.ts';

export const policyExistsRlsDisabledFinding: FindingKind = {
  code: 'schema/policy-exists-rls-disabled',
  severity: 'error',
  boundary: 'identity',
  meaning: 'A table has policies that protect nothing, since its row-level security is off.',
  cause: 'CREATE POLICY without ENABLE ROW LEVEL SECURITY, or a DISABLE that was never reverted.',
  help: '`ALTER TABLE <table> ENABLE ROW LEVEL SECURITY`. If it is intended, list its key in `allow`.',
};

export const policyExistsRlsDisabled: Lint = {
  kind: policyExistsRlsDisabledFinding,
  name: 'policy_exists_rls_disabled',
  exposed: false,
  query: `SELECT format('The table %s.%s', n.nspname, c.relname) AS subject, format('policy_exists_rls_disabled_%s_%s', n.nspname, c.relname) AS key
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relrowsecurity AND n.nspname NOT IN ${foreignSchemas}
      AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid) AND NOT ${ofExtension('c.oid')}`,
  predicate: 'has policies but no row-level security',
};
