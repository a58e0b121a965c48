import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { formatError, GateError, getErrorCode } from '../../../core/errors.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { resolveWithin } from '../../../core/path-within.ts';
import type { Migration } from '../migration.ts';
import { tools } from './index.ts';
import { detectOtherTool } from './other-tools.ts';
import type { FolderRequest, MigrationFolder, Tool } from './tool.ts';

const data = { severity: 'error', boundary: 'data' } as const;

export const missingFolder: FindingKind = {
  ...data,
  code: 'schema/missing-folder',
  meaning: 'The folder of the migrations cannot be read, so the gate does not know what the release needs.',
  cause: 'A misspelt path, a path that does not start at the root of the repository, or a missing actions/checkout.',
  help: 'Write `migrations` as a path from the root of the repository.',
};

export const noMigrations: FindingKind = {
  ...data,
  code: 'schema/no-migrations',
  meaning: 'The folder of the migrations is empty.',
  cause: 'A path to the wrong folder, or migrations that were never committed.',
  help: 'Point `migrations` at the folder that contains the migrations, and commit them.',
};

export const unknownLayout: FindingKind = {
  ...data,
  code: 'schema/unknown-layout',
  meaning: 'The folder does not have the layout of any supported migration tool.',
  cause: 'A path one folder too high or too low, or migrations of an unsupported tool.',
  help: 'Point `migrations` at the folder that directly contains the migrations. If only the tool can read them, run the tool in a step of its own.',
};

export const unsupportedTool: FindingKind = {
  ...data,
  code: 'schema/unsupported-tool',
  meaning:
    'The migrations belong to a tool that the gate does not support. Nothing was tried: as plain SQL, their ways back could run too.',
  cause: 'A folder of dbmate, goose, Flyway, Liquibase, Atlas, sqlx, Alembic, Django, Rails or another such tool.',
  help: "Run the tool's own command in a step of its own before the deploy.",
};

/** Reads a folder of migrations. Throws a GateError if none of it can be applied. */
export async function readMigrations(request: FolderRequest): Promise<MigrationFolder & { tool: Tool }> {
  const entries = await listEntries(request);
  const where = request.place && { place: request.place };
  const visible = entries.filter(({ name }) => !name.startsWith('.')).sort((a, b) => (a.name < b.name ? -1 : 1));
  if (visible.length === 0) {
    throw new GateError([found(noMigrations, { message: `The folder ${request.path} is empty.`, ...where })]);
  }
  const tool = await detectTool(visible, request);
  if (!tool?.layout.isDistinct) await rejectOtherTool(visible, request);
  if (!tool) {
    const message = `The folder ${request.path} ${describeContent(visible)}.`;
    throw new GateError([found(unknownLayout, { message, ...where })]);
  }
  const { migrations, findings } = await tool.layout.read(visible, request);
  if (request.tool && migrations.length === 0 && findings.every(({ severity }) => severity !== 'error')) {
    const message = `The folder ${request.path} has no migrations of ${tool.name}, the tool that \`tool\` names.`;
    throw new GateError([found(unknownLayout, { message, ...where })]);
  }
  return { tool, migrations: migrations.map(dropByteOrderMark), findings };
}

/** Every tool ignores it, but the server does not. A space takes its place, so that every position stays the same. */
function dropByteOrderMark(migration: Migration): Migration {
  return { ...migration, script: migration.script.replace(/^\ufeff/, ' ') };
}

async function detectTool(entries: Dirent[], request: FolderRequest): Promise<Tool | undefined> {
  const candidates = request.tool ? tools.filter(({ key }) => key === request.tool) : tools;
  for (const tool of candidates) if (await tool.layout.fits(entries, request)) return tool;
  return request.tool && candidates[0];
}

/** Many tools name their files alike, so a folder that another tool's signs are on belongs to nobody else. */
async function rejectOtherTool(entries: Dirent[], request: FolderRequest): Promise<void> {
  const other = await detectOtherTool(entries, request);
  if (!other) return;
  const { path, place } = request;
  const message = `The folder ${path} ${other.evidence}, so its migrations belong to ${other.name}, which this gate does not support.`;
  const command = `Run \`${other.command}\` in a step of its own before the deploy.`;
  const help = other.isCertain ? command : `${command} If the gate should apply the files, set \`tool\`.`;
  throw new GateError([found(unsupportedTool, { message, help, ...(place && { place }) })]);
}

function describeContent(entries: Dirent[]): string {
  const some = entries.slice(0, 5).map(({ name }) => name);
  const more = entries.length > some.length ? ' and others' : '';
  return `has no known layout: it contains ${some.join(', ')}${more}`;
}

async function listEntries({ workspace, path, place }: FolderRequest): Promise<Dirent[]> {
  try {
    const entries = await readdir(join(workspace, path), { withFileTypes: true });
    if ((await resolveWithin(workspace, path)) !== undefined) return entries;
    throw new Error('it is outside the checkout');
  } catch (error) {
    const code = getErrorCode(error);
    const reason = { ENOENT: 'the checkout has no such folder', ENOTDIR: 'it is a file' }[String(code)];
    const message = `The folder \`${path}\` of the migrations could not be read: ${reason ?? formatError(error)}.`;
    throw new GateError([found(missingFolder, { message, ...(place && { place }) })]);
  }
}
