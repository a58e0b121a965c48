import type { FindingKind } from '../../../core/finding.ts';
import { foreignSchemas, type Lint, ofExtension } from './lint.ts';

export const functionSearchPathMutableFinding: FindingKind = {
  code: 'schema/function-search-path-mutable',
  severity: 'warning',
  boundary: 'identity',
  meaning: "A function looks up tables by the caller's search path.",
  cause: 'CREATE FUNCTION without SET search_path.',
  help: "`ALTER FUNCTION <function> SET search_path = ''`, and write every name in it with its schema. If it is intended, list its key in `allow`.",
};

export const functionSearchPathMutable: Lint = {
  kind: functionSearchPathMutableFinding,
  name: 'function_search_path_mutable',
  exposed: true,
  query: `SELECT format('The function %s.%s', n.nspname, p.proname) AS subject,
           format('function_search_path_mutable_%s_%s_%s', n.nspname, p.proname, md5(p.prosrc)) AS key
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname NOT IN ${foreignSchemas} AND NOT ${ofExtension('p.oid')}
      AND NOT coalesce(p.proconfig, '{}') && ARRAY['search_path=""']`,
  predicate: 'does not set search_path',
};
