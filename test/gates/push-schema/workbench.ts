import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { Client } from 'pg';
import type { GateContext } from '../../../src/core/context.ts';
import { createRecord } from '../../../src/core/record.ts';
import { type GateReport, listFindings } from '../../../src/core/report.ts';
import { pushSchema } from '../../../src/gates/push-schema/gate.ts';
import type { PushSchemaOptions } from '../../../src/gates/push-schema/options.ts';
import { readSources } from '../../../src/gates/push-schema/source.ts';
import { readTargets } from '../../../src/gates/push-schema/target.ts';
import { parseConfiguration } from '../../support/configuration.ts';
import { testContext } from '../../support/context.ts';
import { type RunningPostgres, startPostgres } from '../../support/postgres.ts';

/** A checkout with one database, whose migrations are in `migrations/`. */
export interface Workbench {
  folder: string;
  url: string;
  /** Writes files by their paths in the checkout. */
  write(files: Record<string, string | Uint8Array>): Promise<void>;
  /** Writes `migrations/<name>/migration.sql` for each. */
  prisma(scripts: Record<string, string>): Promise<void>;
  /** Writes `migrations/<name>.sql` for each. */
  supabase(scripts: Record<string, string>): Promise<void>;
  remove(path: string): Promise<void>;
  push(given?: Given): Promise<GateReport>;
  /** Asks the database itself. */
  sql<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  /** A session that stays open until the workbench is cleared. */
  session(): Promise<Client>;
  clear(): Promise<void>;
}

export interface Given
  extends Partial<
    Pick<PushSchemaOptions, 'mode' | 'lockWait' | 'record' | 'approved' | 'guards' | 'environmentApproval'>
  > {
  /** Instead of the database's own URL. */
  url?: string;
  /** Lines of YAML below `schema.main`. */
  settings?: string;
  /** Instead of the configuration with the one database `main`. */
  config?: string;
  context?: Partial<GateContext>;
}

const databases = new WeakMap<RunningPostgres, string>();

/** An empty database: the same one each time, as a new one takes longer than most tests. */
export async function freshDatabase(postgres: RunningPostgres): Promise<string> {
  const known = databases.get(postgres);
  if (known === undefined) {
    const url = await postgres.createDatabase();
    databases.set(postgres, url);
    return url;
  }
  const client = new Client({ connectionString: known });
  await client.connect();
  await client.query(`DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT nspname FROM pg_namespace WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%' LOOP
      EXECUTE format('DROP SCHEMA %I CASCADE', name);
    END LOOP;
    FOR name IN SELECT fdwname FROM pg_foreign_data_wrapper LOOP
      EXECUTE format('DROP FOREIGN DATA WRAPPER %I CASCADE', name);
    END LOOP;
    CREATE SCHEMA public;
  END $$`);
  await client.end();
  return known;
}

/** Hands each test of the file a workbench on an empty database, and the server that they share. */
export function withWorkbench(use: (bench: Workbench, postgres: RunningPostgres) => void): void {
  let postgres: RunningPostgres;
  let bench: Workbench | undefined;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres?.stop());
  beforeEach(async () => {
    bench = await openWorkbench(await freshDatabase(postgres));
    use(bench, postgres);
  });
  afterEach(() => bench?.clear());
}

export async function openWorkbench(url: string): Promise<Workbench> {
  const folder = await mkdtemp(join(tmpdir(), 'release-gates-push-schema-'));
  const sessions: Client[] = [];
  const session = async () => {
    const client = new Client({ connectionString: url });
    client.on('error', () => {}); // a test may end it from outside
    await client.connect();
    sessions.push(client);
    return client;
  };
  const write: Workbench['write'] = async files => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  };
  const filesOf = (scripts: Record<string, string>, path: (name: string) => string) =>
    Object.fromEntries(Object.entries(scripts).map(([name, script]) => [path(name), script]));
  const own = await session();
  let tool: string[] = [];
  return {
    folder,
    url,
    write,
    prisma: scripts => write(filesOf(scripts, name => `migrations/${name}/migration.sql`)),
    supabase: scripts => {
      tool = ['    tool: supabase'];
      return write(filesOf(scripts, name => `migrations/${name}.sql`));
    },
    remove: path => rm(join(folder, path), { recursive: true }),
    push: async (given = {}) => {
      const context = testContext({
        workspace: folder,
        variables: { DIRECT_URL: given.url ?? url },
        ...given.context,
      });
      // However slow the machine is, only a test of the budget is to see it exceeded.
      const settings = given.settings?.includes('budget:') ? given.settings : `${given.settings ?? ''}\nbudget: 10m`;
      const lines = settings.split('\n').map(line => `    ${line}`);
      const main = ['schema:', '  main:', '    migrations: migrations', '    database: DIRECT_URL', ...tool, ...lines];
      const text = given.config ?? main.join('\n');
      const config = await parseConfiguration(text, { path: 'release-gates.yml', environment: '', commit: 'c0ffee' });
      const sources = readSources(config, { databases: [], migrations: '', database: '' });
      const targets = readTargets(sources, context);
      const { mode = 'push', record = createRecord('test', 'c0ffee'), guards = false } = given;
      const { lockWait, approved, environmentApproval } = given;
      return pushSchema({ targets, mode, record, lockWait, approved, environmentApproval, guards }, context);
    },
    sql: async <Row extends object>(text: string, values?: unknown[]) => (await own.query<Row>(text, values)).rows,
    session,
    clear: async () => {
      await Promise.all(sessions.map(client => client.end()));
      await rm(folder, { recursive: true });
    },
  };
}

/** The findings as `severity code`. */
export function codesOf(report: GateReport): string[] {
  return listFindings(report).map(({ severity, code }) => `${severity} ${code}`);
}

/** The checks as `name verdict`. */
export function verdictsOf(report: GateReport): string[] {
  return report.checks.map(({ name, verdict }) => `${name} ${verdict}`);
}
