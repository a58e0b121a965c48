import type { FindingKind } from '../../../core/finding.ts';
import type { SqlRule } from './rule.ts';

export const extensionNotAvailableFinding: FindingKind = {
  code: 'schema/extension-not-available',
  severity: 'error',
  boundary: 'data',
  meaning: 'The server does not have an extension that a migration creates, so the migration would fail.',
  cause: 'A managed database that does not offer the extension, or a server on which its package is not installed.',
  help: 'Install the package of the extension on the server, or choose one that the provider offers (`SELECT name FROM pg_available_extensions`).',
};

export const extensionNotAvailable: SqlRule = {
  kind: extensionNotAvailableFinding,
  ofDatabase: true,
  look: {
    CreateExtensionStmt: ({ extname = '' }, { rights, inBlock }) => {
      if (!rights || inBlock || rights.extensions.some(({ name }) => name === extname)) return undefined;
      return { message: `The server does not have the extension ${extname}.` };
    },
  },
};
