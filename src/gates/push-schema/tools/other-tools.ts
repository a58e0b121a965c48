import type { Dirent } from 'node:fs';
import { posix } from 'node:path';
import { readWithin } from '../../../core/read-within.ts';
import type { FolderRequest } from './tool.ts';

/** An unsupported tool, as a folder shows it. */
export interface OtherTool {
  name: string;
  /** What shows it, as the end of "the folder …". */
  evidence: string;
  /** The command that applies its migrations. */
  command: string;
  /** Whether the files themselves say so, and `tool` cannot overrule it. */
  isCertain: boolean;
}

/** How to recognise one tool. */
interface Trait {
  name: string;
  command: string;
  /** A file or a folder among the migrations. */
  entry?: RegExp;
  /** A line of a file among the migrations, whose name ends in `of`. */
  line?: RegExp;
  of?: RegExp;
  /** A file in the folder or above it, up to the root of the repository, and what it contains. */
  companion?: { file: string; contains: RegExp };
}

const sql = /\.sql$/;
const programs = /\.[cm]?[jt]s$/;

/** The first that fits decides, so markers within files come before names, which several tools share. */
const traits: Trait[] = [
  { name: 'dbmate', command: 'dbmate up', line: /^--\s*migrate:(up|down)\b/m, of: sql },
  { name: 'goose', command: 'goose up', line: /^--\s*\+goose\s+(up|down)\b/im, of: sql },
  { name: 'sql-migrate', command: 'sql-migrate up', line: /^--\s*\+migrate\s+(up|down)\b/im, of: sql },
  { name: 'micrate', command: 'micrate up', line: /^--\s*\+micrate\s+(up|down)\b/im, of: sql },
  { name: 'Liquibase', command: 'liquibase update', line: /^--\s*liquibase formatted sql/im, of: sql },
  { name: 'MyBatis Migrations', command: 'migrate up', line: /^--\s*\/\/\s*@undo\b/im, of: sql },
  { name: 'Play evolutions', command: 'the start of the application', line: /^(#|--)[\s-]*!(ups|downs)\b/im, of: sql },
  { name: 'Graphile Migrate', command: 'npx graphile-migrate migrate', line: /^--! (previous|hash):/im, of: sql },
  { name: 'node-pg-migrate', command: 'npx node-pg-migrate up', line: /^--[\s-]*down\s+migration/im, of: sql },
  { name: 'Atlas', command: 'atlas migrate apply', entry: /^atlas\.sum$/ },
  { name: 'sqitch', command: 'sqitch deploy', companion: { file: 'sqitch.plan', contains: /^%project=/m } },
  { name: 'sqlx', command: 'sqlx migrate run', companion: { file: 'Cargo.toml', contains: /^sqlx\b/m } },
  { name: 'refinery', command: 'refinery migrate', companion: { file: 'Cargo.toml', contains: /^refinery\b/m } },
  { name: 'Flyway', command: 'flyway migrate', entry: /^([VUB][\d._]+|R)__.*\.sql$/ },
  { name: 'Liquibase', command: 'liquibase update', entry: /changelog.*\.(xml|ya?ml|json|sql)$/i },
  { name: 'postgrator', command: 'npx postgrator', entry: /^\d+\.(do|undo)\b.*\.sql$/ },
  { name: 'golang-migrate', command: 'migrate up', entry: /\.(up|down)\.sql$/ },
  { name: 'Diesel', command: 'diesel migration run', companion: { file: 'diesel.toml', contains: /./ } },
  { name: 'Alembic', command: 'alembic upgrade head', entry: /^(env\.py|script\.py\.mako)$/ },
  { name: 'Alembic', command: 'alembic upgrade head', line: /^down_revision\b/m, of: /\.py$/ },
  { name: 'Django', command: 'python manage.py migrate', line: /\(migrations\.Migration\)/, of: /\.py$/ },
  { name: 'Rails', command: 'bin/rails db:migrate', line: /ActiveRecord::Migration\b/, of: /\.rb$/ },
  { name: 'Ecto', command: 'mix ecto.migrate', line: /\buse Ecto\.Migration\b/, of: /\.exs$/ },
  { name: 'MikroORM', command: 'npx mikro-orm migration:up', line: /@mikro-orm\/migrations/, of: programs },
  {
    name: 'TypeORM',
    command: 'npx typeorm migration:run',
    line: /\bMigrationInterface\b|\bqueryRunner\b/,
    of: programs,
  },
  { name: 'Sequelize', command: 'npx sequelize-cli db:migrate', line: /\bqueryInterface\b/, of: programs },
  { name: 'Kysely', command: 'npx kysely migrate:latest', line: /['"]kysely['"]|\bKysely</, of: programs },
];

/**
 * Recognises an unsupported tool by its files, their content, and the files above the folder. If the configuration names
 * the tool, only the content of the files can prove it wrong.
 */
export async function detectOtherTool(entries: Dirent[], request: FolderRequest): Promise<OtherTool | undefined> {
  const folder = new Folder(entries, request);
  for (const { name, command, entry, line, of, companion } of traits) {
    const content = line && of && (await folder.findLine(line, of));
    if (content) return { name, command, evidence: content, isCertain: true };
    if (request.tool) continue;
    const evidence = (entry && folder.findName(entry)) ?? (companion && (await folder.findCompanion(companion)));
    if (evidence) return { name, command, evidence, isCertain: false };
  }
  return undefined;
}

class Folder {
  readonly #names: string[];
  readonly #files: string[];
  readonly #request: FolderRequest;
  readonly #texts = new Map<string, string>();

  constructor(entries: Dirent[], request: FolderRequest) {
    this.#names = entries.map(({ name }) => name);
    this.#files = entries.filter(entry => !entry.isDirectory()).map(({ name }) => name);
    this.#request = request;
  }

  findName(entry: RegExp): string | undefined {
    const named = this.#names.find(name => entry.test(name));
    return named && `contains ${named}`;
  }

  async findLine(line: RegExp, of: RegExp): Promise<string | undefined> {
    for (const name of this.#files.filter(file => of.test(file))) {
      const text = await this.#read(posix.join(this.#request.path, name));
      const found = line.exec(text)?.[0];
      if (found) return `has \`${found.trim()}\` in ${name}`;
    }
    return undefined;
  }

  async findCompanion({ file, contains }: { file: string; contains: RegExp }): Promise<string | undefined> {
    if (/(^|\/)supabase\/migrations\/?$/.test(this.#request.path)) return undefined; // nobody else's
    for (let folder = posix.normalize(this.#request.path); ; folder = posix.dirname(folder)) {
      const path = posix.join(folder, file);
      if (contains.test(await this.#read(path))) return `belongs to ${path}`;
      if (folder === '.' || folder === '/' || folder.startsWith('..')) return undefined;
    }
  }

  /** The text of a file; empty where it cannot be read, which is the layout's to report. */
  async #read(path: string): Promise<string> {
    const known = this.#texts.get(path);
    if (known !== undefined) return known;
    const text = await readWithin(this.#request.workspace, path).then(String, () => '');
    this.#texts.set(path, text);
    return text;
  }
}
