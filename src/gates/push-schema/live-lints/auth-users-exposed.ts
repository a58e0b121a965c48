import type { FindingKind } from '../../../core/finding.ts';
import { isInvoker, type Lint, readable } from './lint.ts';

export const authUsersExposedFinding: FindingKind = {
  code: 'schema/auth-users-exposed',
  severity: 'error',
  boundary: 'identity',
  meaning: 'A view exposes rows of auth.users to the public API.',
  cause: 'A view on auth.users without security_invoker, or a materialized view on it.',
  help: 'Drop the view, or copy the public columns into a table of your own with a trigger. If it is intended, list its key in `allow`.',
};

export const authUsersExposed: Lint = {
  kind: authUsersExposedFinding,
  name: 'auth_users_exposed',
  exposed: true,
  query: `SELECT DISTINCT format('The view %s.%s', n.nspname, c.relname) AS subject, format('auth_users_exposed_%s_%s', n.nspname, c.relname) AS key
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_rewrite w ON w.ev_class = c.oid JOIN pg_depend d ON d.objid = w.oid AND d.deptype = 'n'
    JOIN pg_class u ON u.oid = d.refobjid JOIN pg_namespace un ON un.oid = u.relnamespace
    WHERE un.nspname = 'auth' AND u.relname = 'users' AND c.oid <> u.oid AND c.relkind IN ('v', 'm') AND ${readable}
      AND (c.relkind = 'm' OR NOT ${isInvoker} OR NOT u.relrowsecurity)`,
  predicate: 'exposes auth.users to the public API',
};
