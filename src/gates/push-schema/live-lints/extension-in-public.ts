import type { FindingKind } from '../../../core/finding.ts';
import type { Lint } from './lint.ts';

export const extensionInPublicFinding: FindingKind = {
  code: 'schema/extension-in-public',
  severity: 'warning',
  boundary: 'identity',
  meaning: 'An extension is in the public schema, so the public API exposes its functions.',
  cause: 'CREATE EXTENSION without WITH SCHEMA.',
  help: 'Move it: `ALTER EXTENSION <extension> SET SCHEMA extensions`. If it is intended, list its key in `allow`.',
};

export const extensionInPublic: Lint = {
  kind: extensionInPublicFinding,
  name: 'extension_in_public',
  exposed: true,
  query: `SELECT format('The extension %s', e.extname) AS subject, format('extension_in_public_%s', e.extname) AS key
    FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
    WHERE n.nspname = 'public' AND e.extname <> 'plpgsql'`,
  predicate: 'is in the public schema',
};
