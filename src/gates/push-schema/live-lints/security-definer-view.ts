import type { FindingKind } from '../../../core/finding.ts';
import { foreignSchemas, isInvoker, type Lint, ofExtension, readable } from './lint.ts';

export const securityDefinerViewFinding: FindingKind = {
  code: 'schema/security-definer-view',
  severity: 'error',
  boundary: 'identity',
  meaning:
    'A view that the public API exposes reads with the rights of its owner and bypasses the row-level security of its tables.',
  cause: 'CREATE VIEW without security_invoker.',
  help: '`ALTER VIEW <view> SET (security_invoker = on)`. If it is intended, list its key in `allow`.',
};

export const securityDefinerView: Lint = {
  kind: securityDefinerViewFinding,
  name: 'security_definer_view',
  exposed: true,
  query: `SELECT format('The view %s.%s', n.nspname, c.relname) AS subject, format('security_definer_view_%s_%s', n.nspname, c.relname) AS key
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'v' AND n.nspname NOT IN ${foreignSchemas} AND ${readable} AND NOT ${ofExtension('c.oid')}
      AND NOT ${isInvoker}`,
  predicate: 'bypasses the row-level security of its tables',
};
