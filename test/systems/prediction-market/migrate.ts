import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { MIGRATIONS_FOLDER, type Release } from './releases.ts';

/** Writes the migrations folder of a release, as its commit has it: without those of later releases. */
export async function copyMigrations({ migrations }: Release, folder: string): Promise<void> {
  for (const name of ['migration_lock.toml', ...migrations]) {
    await cp(fileURLToPath(new URL(name, MIGRATIONS_FOLDER)), join(folder, name), { recursive: true });
  }
}

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
