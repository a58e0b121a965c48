import type { FindingKind } from '../../../core/finding.ts';
import { foreignSchemas, type Lint, ofExtension } from './lint.ts';

export const rlsEnabledNoPolicyFinding: FindingKind = {
  code: 'schema/rls-enabled-no-policy',
  severity: 'notice',
  boundary: 'identity',
  meaning: 'A table has row-level security but no policy, so only its owner and the service role see its rows.',
  cause: 'A table that only the server uses, or policies that were forgotten.',
  help: 'Write the policies, unless only the server uses the table. If it is intended, list its key in `allow`.',
};

export const rlsEnabledNoPolicy: Lint = {
  kind: rlsEnabledNoPolicyFinding,
  name: 'rls_enabled_no_policy',
  exposed: true,
  query: `SELECT format('The table %s.%s', n.nspname, c.relname) AS subject, format('rls_enabled_no_policy_%s_%s', n.nspname, c.relname) AS key
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND c.relrowsecurity AND n.nspname NOT IN ${foreignSchemas}
      AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid) AND NOT ${ofExtension('c.oid')}`,
  predicate: 'has row-level security but no policy',
};
