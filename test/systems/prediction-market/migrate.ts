import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { MIGRATIONS_FOLDER } from './releases.ts';

/** Runs the named migrations in their order. For this system's own tests: it keeps no ledger. */
export async function migrate(databaseUrl: string, migrations: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const name of [...migrations].sort()) {
      await client.query(await readFile(new URL(`${name}/migration.sql`, MIGRATIONS_FOLDER), 'utf8'));
    }
  } finally {
    await client.end();
  }
}
