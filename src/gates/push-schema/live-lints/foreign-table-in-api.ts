import type { FindingKind } from '../../../core/finding.ts';
import { foreignSchemas, type Lint, ofExtension, readable } from './lint.ts';

export const foreignTableInApiFinding: FindingKind = {
  code: 'schema/foreign-table-in-api',
  severity: 'warning',
  boundary: 'identity',
  meaning:
    'A foreign table is readable through the public API, and row-level security does not apply to foreign tables.',
  cause: 'A foreign table in the exposed schema.',
  help: '`REVOKE SELECT ON <table> FROM anon, authenticated`, or move it to a schema that is not exposed. If it is intended, list its key in `allow`.',
};

export const foreignTableInApi: Lint = {
  kind: foreignTableInApiFinding,
  name: 'foreign_table_in_api',
  exposed: true,
  query: `SELECT format('The foreign table %s.%s', n.nspname, c.relname) AS subject, format('foreign_table_in_api_%s_%s', n.nspname, c.relname) AS key
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'f' AND n.nspname NOT IN ${foreignSchemas} AND ${readable} AND NOT ${ofExtension('c.oid')}`,
  predicate: 'is readable through the public API',
};
