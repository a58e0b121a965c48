import type { FindingKind } from '../../../core/finding.ts';
import type { Lint } from './lint.ts';

export const invalidIndexFinding: FindingKind = {
  code: 'schema/invalid-index',
  severity: 'error',
  boundary: 'data',
  meaning: 'An index is invalid: queries ignore it, but writes may still maintain it.',
  cause: 'A CREATE INDEX CONCURRENTLY or REINDEX CONCURRENTLY that failed or was cancelled.',
  help: 'Drop it with `DROP INDEX CONCURRENTLY <index>`, and build it again. An index whose name ends in _ccnew or _ccold is left from REINDEX: only drop it.',
};

export const invalidIndex: Lint = {
  kind: invalidIndexFinding,

  exposed: false,
  query: `SELECT format('The index %s.%s', n.nspname, c.relname) AS subject, format('invalid_index_%s_%s', n.nspname, c.relname) AS key
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT i.indisvalid AND c.relkind = 'i' AND n.nspname <> 'pg_toast'
      AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = i.indexrelid)`,
  predicate: 'is invalid',
};
