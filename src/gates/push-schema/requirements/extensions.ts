import type { PostgresSession } from '../../../clients/postgres.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { Target } from '../target.ts';

export const missingExtension: FindingKind = {
  code: 'schema/missing-extension',
  severity: 'error',
  boundary: 'data',
  meaning: 'The database does not have an extension that the code needs.',
  cause: 'An extension that was created by hand in another environment.',
  help: 'Write a migration with `CREATE EXTENSION IF NOT EXISTS <extension>`, or enable it at the provider.',
};

export async function findMissingExtensions(session: PostgresSession, target: Target): Promise<Finding[]> {
  const rows = await session.query<{ name: string; installed: boolean }>(
    `SELECT e.name, e.installed_version IS NOT NULL AS installed FROM pg_available_extensions e WHERE e.name = ANY ($1)`,
    [target.extensions],
  );
  return target.extensions
    .filter(name => !rows.some(row => row.name === name && row.installed))
    .map(name => {
      const offered = rows.some(row => row.name === name);
      const message = `${target.name} does not have the extension ${name}${offered ? '' : ', and its server does not offer it'}.`;
      return found(missingExtension, { message, place: target.placeOf('extensions') });
    });
}
