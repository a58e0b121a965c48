import type { FindingKind } from '../../../core/finding.ts';
import { foreignSchemas, type Lint } from './lint.ts';

export const rlsPolicyAlwaysTrueFinding: FindingKind = {
  code: 'schema/rls-policy-always-true',
  severity: 'warning',
  boundary: 'identity',
  meaning: 'A policy lets everyone change every row.',
  cause: 'USING (true) or WITH CHECK (true) for more than reading.',
  help: 'Restrict the policy to the rows of the user, for example `USING (user_id = (select auth.uid()))`. If it is intended, list its key in `allow`.',
};

export const rlsPolicyAlwaysTrue: Lint = {
  kind: rlsPolicyAlwaysTrueFinding,
  name: 'rls_policy_always_true',
  exposed: true,
  query: `SELECT format('The policy "%s" of %s.%s', p.policyname, p.schemaname, p.tablename) AS subject,
           format('rls_policy_always_true_%s_%s_%s', p.schemaname, p.tablename, p.policyname) AS key
    FROM pg_policies p
    WHERE p.schemaname NOT IN ${foreignSchemas} AND p.permissive = 'PERMISSIVE' AND p.cmd <> 'SELECT'
      AND (p.qual = 'true' OR p.with_check = 'true') AND p.roles && ARRAY['public', 'anon', 'authenticated']::name[]`,
  predicate: 'lets everyone change every row',
};
