import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import * as z from 'zod';
import { GateError } from '../../../core/errors.ts';
import { found } from '../../../core/finding.ts';
import { outOfOrder } from '../ledger-rules/out-of-order.ts';
import type { Migration } from '../migration.ts';
import { createSchema, unlessMissing } from './catalog-queries.ts';
import { computeChecksum } from './checksum.ts';
import { drizzleRules } from './drizzle-rules.ts';
import type { Ledger } from './ledger.ts';
import { missingScript, readEach, readScript, unreadableScript } from './script.ts';
import { type Layout, ownLockKey, type Tool } from './tool.ts';

const journal = 'meta/_journal.json';

const journalSchema = z.looseObject({
  dialect: z.string().optional(),
  entries: z.array(z.looseObject({ when: z.number(), tag: z.string() })),
});

/** `<tag>.sql`, in the order of meta/_journal.json (drizzle-orm 0.x: migrator.ts). */
const layout: Layout = {
  isDistinct: true,

  fits: (_, { workspace, path }) => existsSync(join(workspace, path, journal)),

  isMigration: file => /^[^/]+\.sql$/.test(file),

  read: async (_, { workspace, path }) => {
    const { entries } = parseJournal(await readScript(workspace, posix.join(path, journal)), path);
    const hasScript = ({ tag }: { tag: string }) => existsSync(join(workspace, path, `${tag}.sql`));
    const findings = entries
      .filter(entry => !hasScript(entry))
      .map(({ tag }) => {
        const message = `The journal lists ${tag}, but ${tag}.sql does not exist.`;
        return found(missingScript, { message, place: { path: posix.join(path, journal) } });
      });
    const migrations = await readEach(entries.filter(hasScript), async ({ when, tag }): Promise<Migration> => {
      const script = posix.join(path, `${tag}.sql`);
      const file = await readScript(workspace, script);
      return { id: String(when), name: tag, path: script, file, script: endStatements(file) };
    });
    return { migrations, findings };
  },
};

/**
 * A statement before a breakpoint may lack its semicolon. It replaces a character of the arrow, so that every place in
 * the file stays the same.
 */
export function endStatements(script: string): string {
  return script.replaceAll('--> statement-breakpoint', '; -- statement-breakpoint');
}

function parseJournal(text: string, folder: string) {
  const path = posix.join(folder, journal);
  try {
    return journalSchema.parse(JSON.parse(text));
  } catch {
    const message = `${path} is not a journal of Drizzle.`;
    const help = 'Restore it with git, or generate it again with `npx drizzle-kit generate`.';
    throw new GateError([found(unreadableScript, { message, help, place: { path } })]);
  }
}

/** `drizzle.__drizzle_migrations`. */
const ledger: Ledger = {
  owns: { schema: 'drizzle' },

  schema: () => 'drizzle',

  read: async session => {
    const rows = await unlessMissing(
      session.query<{ hash: string; created_at: string }>(
        'SELECT hash, created_at::text FROM drizzle.__drizzle_migrations ORDER BY created_at',
      ),
    );
    const entries = (rows ?? []).map(({ hash, created_at }) => {
      return { id: created_at, state: 'applied' as const, checksum: hash };
    });
    return { exists: rows !== undefined, entries, strangers: [] };
  },

  prepare: async (session, { exists }) => {
    if (exists) return;
    await createSchema(session, 'drizzle');
    await session.query(
      'CREATE TABLE drizzle.__drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at bigint)',
    );
  },

  recordEnd: async (session, { id, file }) => {
    await session.query('INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ($1, $2)', [
      computeChecksum(file),
      id,
    ]);
  },
};

/**
 * Drizzle before 1.0: pg-core/dialect.ts (migrate), migrator.ts (readMigrationFiles). The tool identifies a migration by its
 * time in the journal, applies those later than the latest applied one, and takes no lock.
 */
export const drizzle: Tool = {
  key: 'drizzle',
  name: 'Drizzle',
  layout,
  ledger,
  lockKey: ownLockKey,
  rules: [
    ...drizzleRules,
    outOfOrder({
      severity: 'error', // the tool would skip it for ever, without a word
      help: 'Drizzle never applies a migration that is older than the latest. Delete it (`npx drizzle-kit drop`) and generate it again (`npx drizzle-kit generate`).',
    }),
  ],
};
