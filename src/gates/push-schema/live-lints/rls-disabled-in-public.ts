import type { FindingKind } from '../../../core/finding.ts';
import { foreignSchemas, type Lint, readable } from './lint.ts';

export const rlsDisabledInPublicFinding: FindingKind = {
  code: 'schema/rls-disabled-in-public',
  severity: 'error',
  boundary: 'identity',
  meaning:
    'A table that the public API exposes has no row-level security. Anyone with the public key can read all of it.',
  cause: 'A table created without ENABLE ROW LEVEL SECURITY, for example by Prisma.',
  help: '`ALTER TABLE <table> ENABLE ROW LEVEL SECURITY`, and create a policy for the roles that may read it. If it is intended, list its key in `allow`.',
};

export const rlsDisabledInPublic: Lint = {
  kind: rlsDisabledInPublicFinding,
  name: 'rls_disabled_in_public',
  exposed: true,
  query: `SELECT format('The table %s.%s', n.nspname, c.relname) AS subject, format('rls_disabled_in_public_%s_%s', n.nspname, c.relname) AS key
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND NOT c.relrowsecurity AND n.nspname NOT IN ${foreignSchemas} AND ${readable}`,
  predicate: 'is readable through the public API but has no row-level security',
};
