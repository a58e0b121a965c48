import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import * as z from 'zod';
import { GateError } from '../../../core/errors.ts';
import { found } from '../../../core/finding.ts';
import type { Migration } from '../migration.ts';
import type { Layout } from './layout.ts';
import { missingScript } from './prisma.ts';
import { readEach, readScript, unreadableScript } from './script.ts';

const journal = 'meta/_journal.json';

const journalSchema = z.looseObject({
  dialect: z.string().optional(),
  entries: z.array(z.looseObject({ when: z.number(), tag: z.string() })),
});

/** `<tag>.sql`, in the order of meta/_journal.json (drizzle-orm: migrator.ts). */
export const drizzleLayout: Layout = {
  fits: (_, { workspace, path }) => existsSync(join(workspace, path, journal)),

  isMigration: file => /^[^/]+\.sql$/.test(file),

  read: async (_, { workspace, path }) => {
    const { entries } = parseJournal(await readScript(workspace, posix.join(path, journal)), path);
    const there = entries.filter(({ tag }) => existsSync(join(workspace, path, `${tag}.sql`)));
    const findings = entries
      .filter(entry => !there.includes(entry))
      .map(({ tag }) => {
        const place = { path: posix.join(path, journal) };
        return found(missingScript, { message: `The journal has ${tag}, and there is no ${tag}.sql.`, place });
      });
    const migrations = await readEach(
      there.toSorted((a, b) => a.when - b.when),
      async ({ when, tag }): Promise<Migration> => {
        const script = posix.join(path, `${tag}.sql`);
        const file = await readScript(workspace, script);
        return { id: String(when), name: tag, path: script, file, script: withBreaks(file) };
      },
    );
    return { tool: 'drizzle', migrations, findings };
  },
};

/**
 * Statements before a breakpoint may lack their semicolon; it takes the place of the arrow, so that every place stays.
 */
function withBreaks(script: string): string {
  return script.replaceAll('--> statement-breakpoint', '; -- statement-breakpoint');
}

function parseJournal(text: string, folder: string) {
  const path = posix.join(folder, journal);
  try {
    return journalSchema.parse(JSON.parse(text));
  } catch {
    const message = `${path} is not the journal of Drizzle.`;
    throw new GateError([
      found(unreadableScript, { message, help: 'Restore it with git, or generate it anew.', place: { path } }),
    ]);
  }
}
