import type { FindingKind } from '../../../core/finding.ts';
import { foreignSchemas, type Lint } from './lint.ts';

export const rlsReferencesUserMetadataFinding: FindingKind = {
  code: 'schema/rls-references-user-metadata',
  severity: 'error',
  boundary: 'identity',
  meaning: 'A policy trusts user_metadata, which every user can write.',
  cause: "auth.jwt() -> 'user_metadata' in a policy.",
  help: 'Use app_metadata, which only the server writes. If it is intended, list its key in `allow`.',
};

export const rlsReferencesUserMetadata: Lint = {
  kind: rlsReferencesUserMetadataFinding,
  name: 'rls_references_user_metadata',
  exposed: false,
  query: `SELECT format('The policy "%s" of %s.%s', p.policyname, p.schemaname, p.tablename) AS subject,
           format('rls_references_user_metadata_%s_%s_%s', p.schemaname, p.tablename, p.policyname) AS key
    FROM pg_policies p
    WHERE p.schemaname NOT IN ${foreignSchemas}
      AND concat(p.qual, ' ', p.with_check) ~ '(auth\\.jwt\\(\\)|request\\.jwt\\.claims).*user_metadata'`,
  predicate: 'trusts user_metadata, which every user can write',
};
