import type { FindingKind } from '../../../core/finding.ts';
import { foreignSchemas, type Lint, ofExtension, readable } from './lint.ts';

export const materializedViewInApiFinding: FindingKind = {
  code: 'schema/materialized-view-in-api',
  severity: 'warning',
  boundary: 'identity',
  meaning:
    'A materialized view is readable through the public API, and row-level security does not apply to materialized views.',
  cause: 'A materialized view in the exposed schema.',
  help: '`REVOKE SELECT ON <view> FROM anon, authenticated`, or move it to a schema that is not exposed. If it is intended, list its key in `allow`.',
};

export const materializedViewInApi: Lint = {
  kind: materializedViewInApiFinding,
  name: 'materialized_view_in_api',
  exposed: true,
  query: `SELECT format('The materialized view %s.%s', n.nspname, c.relname) AS subject, format('materialized_view_in_api_%s_%s', n.nspname, c.relname) AS key
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'm' AND n.nspname NOT IN ${foreignSchemas} AND ${readable} AND NOT ${ofExtension('c.oid')}`,
  predicate: 'is readable through the public API',
};
