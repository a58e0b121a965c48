import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { formatError, GateError } from '../../../core/errors.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { resolveWithin } from '../../../core/path-within.ts';
import { drizzleLayout } from './drizzle.ts';
import { knexLayout } from './knex.ts';
import type { FolderRequest, Layout, MigrationFolder, Tool } from './layout.ts';
import { nodePgMigrateLayout } from './node-pg-migrate.ts';
import { otherToolOf } from './other-tools.ts';
import { plainLayout } from './plain.ts';
import { prismaLayout } from './prisma.ts';
import { supabaseLayout } from './supabase.ts';

const data = { severity: 'error', boundary: 'data' } as const;

export const missingFolder: FindingKind = {
  ...data,
  code: 'schema/missing-folder',
  meaning: 'The folder of the migrations cannot be read, so it is not known what the release needs.',
  cause: 'A misspelt path, a path from another folder than the root of the repository, or no actions/checkout before.',
  help: 'Write `migrations` as a path from the root of the repository.',
};

export const noMigrations: FindingKind = {
  ...data,
  code: 'schema/no-migrations',
  meaning: 'The folder of the migrations is empty.',
  cause: 'A path to the wrong folder, or migrations that were never committed.',
  help: 'Point `migrations` at the folder that holds the migrations themselves, and commit them.',
};

export const unknownLayout: FindingKind = {
  ...data,
  code: 'schema/unknown-layout',
  meaning: 'The folder holds no migrations in a layout that is known.',
  cause: 'A path one folder too high or too low, or migrations of another tool.',
  help: 'Point `migrations` at the folder that has the migrations themselves in it. Where only the tool itself can read them, run the tool in a step of its own.',
};

/** In the order in which they are asked: a layout may look like that of a later one. */
export const layouts: Record<Tool, Layout> = {
  prisma: prismaLayout,
  drizzle: drizzleLayout,
  'node-pg-migrate': nodePgMigrateLayout,
  supabase: supabaseLayout,
  knex: knexLayout,
  sql: plainLayout,
};

/** Reads a folder of migrations. Throws a GateError when there is none that could be applied. */
export async function readMigrations(request: FolderRequest): Promise<MigrationFolder> {
  const entries = await list(request);
  const where = request.place && { place: request.place };
  const visible = entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1));
  if (visible.length === 0) {
    throw new GateError([found(noMigrations, { message: `The folder ${request.path} is empty.`, ...where })]);
  }
  const layout = await layoutOf(visible, request);
  if (!layout) {
    const some = visible.slice(0, 5).map(({ name }) => name);
    const more = visible.length > some.length ? ' and others' : '';
    const other = otherToolOf(visible);
    const message = `The folder ${request.path} has ${other ? `the layout of ${other}` : 'no layout that is known'}: it holds ${some.join(', ')}${more}.`;
    throw new GateError([found(unknownLayout, { message, ...where })]);
  }
  const folder = await layout.read(visible, request);
  if (request.tool && folder.migrations.length === 0 && folder.findings.every(({ severity }) => severity !== 'error')) {
    const message = `The folder ${request.path} has no migration of ${request.tool}, which \`tool\` says it is for.`;
    throw new GateError([found(unknownLayout, { message, ...where })]);
  }
  return folder;
}

async function layoutOf(entries: Dirent[], request: FolderRequest): Promise<Layout | undefined> {
  if (request.tool) return layouts[request.tool];
  for (const layout of Object.values(layouts)) if (await layout.fits(entries, request)) return layout;
  return undefined;
}

async function list({ workspace, path, place }: FolderRequest): Promise<Dirent[]> {
  try {
    const entries = await readdir(join(workspace, path), { withFileTypes: true });
    if ((await resolveWithin(workspace, path)) !== undefined) return entries;
    throw new Error('it is outside of the checkout');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const reason = { ENOENT: 'there is no such folder in the checkout', ENOTDIR: 'it is a file' }[String(code)];
    const message = `The folder \`${path}\` of the migrations could not be read: ${reason ?? formatError(error)}.`;
    throw new GateError([found(missingFolder, { message, ...(place && { place }) })]);
  }
}
