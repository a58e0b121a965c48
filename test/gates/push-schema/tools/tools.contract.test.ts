import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { VENDORS_MISSING, vendorPackage, vendorProgram } from '../../../support/vendors.ts';
import { codesOf, type Workbench, withWorkbench } from '../workbench.ts';

/** The tools themselves must see nothing unusual in what the gate has written, and the gate nothing in theirs. */
const installed = vendorPackage('supabase') !== undefined && vendorPackage('prisma') !== undefined;
const describeTools = installed ? describe : describe.skip;
if (!installed) test.skip(VENDORS_MISSING, () => {});

let bench: Workbench;
withWorkbench(opened => {
  bench = opened;
});

const one = 'CREATE TABLE users (id int, email text);\n';
const two = 'CREATE TABLE orders (id int);\nALTER TABLE users ADD COLUMN name text;\n';
const [first, second] = ['20260101000000_users', '20260102000000_orders'];

/** Runs a program of Node.js in the checkout; what it prints, its exit status aside. */
async function run(program: string, args: string[], env: Record<string, string> = {}): Promise<string> {
  const options = {
    cwd: bench.folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, DATABASE_URL: bench.url, ...env },
  };
  const result = await promisify(execFile)(process.execPath, [program, ...args], options).catch(error => error);
  return `${result.stdout}${result.stderr}`;
}

function programOf(name: string, program = name): string {
  return vendorProgram(name, program) ?? '';
}

describeTools('supabase', () => {
  const supabase = (...args: string[]) =>
    run(programOf('supabase'), [...args, '--db-url', `${bench.url}?sslmode=disable`, '--yes']);
  const settings = 'tool: supabase';
  const config = [
    'schema:',
    '  main:',
    '    migrations: supabase/migrations',
    '    database: DIRECT_URL',
    `    ${settings}`,
  ];
  const push = () => bench.push({ config: config.join('\n') });
  const write = (name: string, script: string) => bench.write({ [`supabase/migrations/${name}.sql`]: script });

  test('agrees that nothing is pending after a push, and goes on from there', async () => {
    await write(first, one);
    expect((await push()).verdict).toBe('passed');
    expect(await supabase('migration', 'list')).toMatch(/`20260101000000`\s*\|\s*`20260101000000`/);
    expect(await supabase('db', 'push')).toContain('Remote database is up to date');
    await write(second, two);
    await supabase('db', 'push');
    const report = await push();
    expect(JSON.parse(report.outputs.applied ?? '')).toEqual([]);
    expect(report.outputs.head).toBe(second);
    expect(codesOf(report)).toEqual([]);
  });

  test('writes what the gate writes', async () => {
    const script = `-- a comment\n${two}DO $$ BEGIN PERFORM 1; END $$;\nINSERT INTO users VALUES (1, 'a;b');\n\n/* the; end */ -- of it\n`;
    await write(first, one);
    await write(second, script);
    await supabase('db', 'push');
    const rows = 'SELECT version, name, statements FROM supabase_migrations.schema_migrations ORDER BY version';
    const theirs = await bench.sql(rows);
    expect(codesOf(await push())).toEqual([]); // nothing pending, and nothing edited
    await bench.sql('DROP SCHEMA supabase_migrations, public CASCADE; CREATE SCHEMA public');
    await push();
    expect(await bench.sql(rows)).toEqual(theirs);
  });
});

describeTools('prisma', () => {
  /** prisma 6 runs its JavaScript engine with a driver adapter; the paths of its binaries must only exist. */
  const engines = ['SCHEMA_ENGINE_BINARY', 'QUERY_ENGINE_LIBRARY', 'QUERY_ENGINE_BINARY', 'FMT_BINARY'];
  const paths = Object.fromEntries(engines.map(name => [`PRISMA_${name}`, process.execPath]));
  const prisma = (...args: string[]) =>
    run(programOf('prisma'), [...args, '--config', 'prisma.config.mjs'], { ...paths, CHECKPOINT_DISABLE: '1' });

  beforeEach(async () => {
    const packages = JSON.stringify(join(vendorPackage('prisma') ?? '', '..', '..', 'package.json'));
    await bench.write({
      'schema.prisma': 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n',
      'migrations/migration_lock.toml': 'provider = "postgresql"\n',
      // The adapter of 6.19 does not know the type `name` (19), which its engine asks for: it is told that it is text.
      'prisma.config.mjs': `import { createRequire } from 'node:module';
        const load = createRequire(createRequire(${packages}).resolve('@prisma/adapter-pg'));
        const Result = load('pg/lib/result.js');
        const { addFields } = Result.prototype;
        Result.prototype.addFields = function (fields) {
          for (const field of fields) if (field.dataTypeID === 19) field.dataTypeID = 25;
          return addFields.call(this, fields);
        };
        const { PrismaPg } = load('@prisma/adapter-pg');
        // \`deploy\` keeps a connection for ten seconds after all is said.
        const { write } = process.stdout;
        process.stdout.write = function (text, ...rest) {
          if (String(text).includes('successfully applied')) setTimeout(() => process.exit(0), 100);
          return write.call(this, text, ...rest);
        };
        export default {
          experimental: { adapter: true }, engine: 'js', schema: './schema.prisma', migrations: { path: './migrations' },
          adapter: async () => new PrismaPg({ connectionString: process.env.DATABASE_URL, idleTimeoutMillis: 50 }),
        };`,
    });
  });

  test('agrees that nothing is pending after a push, and goes on from there', async () => {
    await bench.prisma({ [first]: one });
    expect((await bench.push()).verdict).toBe('passed');
    expect(await prisma('migrate', 'status')).toContain('Database schema is up to date!');
    await bench.prisma({ [second]: two });
    expect(await prisma('migrate', 'deploy')).toContain('All migrations have been successfully applied');
    const report = await bench.push();
    expect(codesOf(report)).toEqual([]);
    expect(JSON.parse(report.outputs.applied ?? '')).toEqual([]);
  });

  test('applies by a command of the configuration, with the gate around it', async () => {
    await bench.prisma({ [first]: one, [second]: two });
    const command = `${process.execPath} ${programOf('prisma')} migrate deploy --config prisma.config.mjs`;
    const variables = { DIRECT_URL: bench.url, DATABASE_URL: bench.url, PATH: process.env.PATH, ...paths };
    const settings = `apply: ${JSON.stringify(command)}\nenv: { DATABASE_URL: "\${DATABASE_URL}" }`;
    const report = await bench.push({ settings, context: { variables } });
    expect(report.verdict).toBe('passed');
    expect(report.record?.databases.main).toMatchObject({ after: second, applied: [first, second] });
    expect(report.record?.databases.main?.migrations).toHaveLength(2);
  });
});

/** Migrates with a version of drizzle-orm; what it prints. */
async function migrateDrizzle(name: string): Promise<string> {
  const packages = JSON.stringify(join(vendorPackage(name) ?? '', '..', '..', 'package.json'));
  await bench.write({
    'migrate.cjs': `const load = require('node:module').createRequire(${packages});
      const { drizzle } = load('${name}/node-postgres');
      const { migrate } = load('${name}/node-postgres/migrator');
      const { Pool } = load('pg');
      const pool = new Pool({ connectionString: process.env.DATABASE_URL });
      migrate(drizzle({ client: pool }), { migrationsFolder: 'migrations' }).finally(() => pool.end());`,
  });
  return run('migrate.cjs', []);
}

const withBreakpoint = two.replace(';\n', '\n--> statement-breakpoint\n');
const journal = (tags: string[], times: number[] = []) => {
  const entries = tags.map((tag, idx) => {
    return { idx, version: '7', when: times[idx] ?? Date.UTC(2026, 0, 1 + idx), tag, breakpoints: true };
  });
  return JSON.stringify({ version: '7', dialect: 'postgresql', entries });
};

describeTools('drizzle-orm', () => {
  const scripts = { 'migrations/0000_a.sql': one, 'migrations/0001_b.sql': withBreakpoint };

  test('finds nothing to do after a push, and the gate nothing after it', async () => {
    await bench.write({ ...scripts, 'migrations/meta/_journal.json': journal(['0000_a']) });
    const report = await bench.push();
    expect(codesOf(report)).toEqual([]);
    expect(report.outputs.head).toBe('0000_a');
    expect(await migrateDrizzle('drizzle-orm')).toBe('');
    const rows = await bench.sql('SELECT id, hash, created_at FROM drizzle.__drizzle_migrations');
    expect(rows).toHaveLength(1);
    await bench.write({ 'migrations/meta/_journal.json': journal(['0000_a', '0001_b']) });
    expect(await migrateDrizzle('drizzle-orm')).toBe('');
    const after = await bench.push();
    expect(JSON.parse(after.outputs.applied ?? '')).toEqual([]);
    expect(codesOf(after)).toEqual([]);
    await bench.sql('DROP SCHEMA public, drizzle CASCADE; CREATE SCHEMA public');
    expect((await bench.push()).outputs.head).toBe('0001_b');
    expect(await bench.sql('SELECT id, hash, created_at FROM drizzle.__drizzle_migrations LIMIT 1')).toEqual(rows);
  });

  test('applies in the order of the journal, whatever the times', async () => {
    const entries = journal(['0000_a', '0001_b'], [Date.UTC(2026, 0, 2), Date.UTC(2026, 0, 1)]);
    await bench.write({ ...scripts, 'migrations/meta/_journal.json': entries });
    expect(codesOf(await bench.push())).toEqual([]);
    const query = 'SELECT id, hash, created_at FROM drizzle.__drizzle_migrations ORDER BY id';
    const rows = await bench.sql(query);
    await bench.sql('DROP SCHEMA public, drizzle CASCADE; CREATE SCHEMA public');
    expect(await migrateDrizzle('drizzle-orm')).toBe('');
    expect(await bench.sql(query)).toEqual(rows);
  });
});

const hasNext = vendorPackage('drizzle-orm-next') !== undefined;
(hasNext ? describe : describe.skip)('drizzle-orm 1.0', () => {
  const folder = (name: string, script: string) => ({
    [`migrations/${name}/migration.sql`]: script,
    [`migrations/${name}/snapshot.json`]: '{}',
  });
  const rowsOf = (columns = 'id, hash, created_at, name') =>
    bench.sql(`SELECT ${columns} FROM drizzle.__drizzle_migrations ORDER BY id`);

  test('finds nothing to do after a push, and the gate nothing after it', async () => {
    await bench.write(folder(first, one));
    const report = await bench.push();
    expect(codesOf(report)).toEqual([]);
    expect(report.outputs.head).toBe(first);
    expect(await migrateDrizzle('drizzle-orm-next')).toBe('');
    const rows = await rowsOf();
    expect(rows).toMatchObject([{ name: first }]);
    await bench.write(folder(second, withBreakpoint));
    expect(await migrateDrizzle('drizzle-orm-next')).toBe('');
    const after = await bench.push();
    expect(JSON.parse(after.outputs.applied ?? '')).toEqual([]);
    expect(codesOf(after)).toEqual([]);
    const all = await rowsOf();
    await bench.sql('DROP SCHEMA public, drizzle CASCADE; CREATE SCHEMA public');
    expect((await bench.push()).outputs.head).toBe(second);
    expect(await rowsOf()).toEqual(all);
    expect(await bench.sql("SELECT FROM pg_tables WHERE tablename = '_prisma_migrations'")).toEqual([]);
  });

  test('upgrades the ledger of earlier versions as the tool does', async () => {
    await bench.write({ 'migrations/0000_users.sql': one, 'migrations/meta/_journal.json': journal(['0000_users']) });
    await bench.push();
    await bench.remove('migrations');
    await bench.write({ ...folder(first, one), ...folder(second, withBreakpoint) });
    const report = await bench.push();
    expect(codesOf(report)).toEqual([]);
    expect(JSON.parse(report.outputs.applied ?? '')).toHaveLength(1);
    expect(await rowsOf('name, applied_at IS NULL AS earlier')).toEqual([
      { name: first, earlier: true },
      { name: second, earlier: false },
    ]);
    expect(await migrateDrizzle('drizzle-orm-next')).toBe('');
    expect(await rowsOf()).toHaveLength(2);
  });
});

describeTools('node-pg-migrate', () => {
  test('finds nothing to do after a push, and the gate nothing after it', async () => {
    const script = (up: string) => `-- Up Migration\n${up}\n-- Down Migration\nDROP TABLE users;\n`;
    await bench.write({ 'migrations/1767225600000_users.sql': script(one) });
    expect(codesOf(await bench.push())).toEqual([]);
    const up = () => run(programOf('node-pg-migrate'), ['up', '-m', 'migrations']);
    expect(await up()).toContain('No migrations to run!');
    await bench.write({ 'migrations/1767225600001_orders.sql': script(two) });
    expect(await up()).toContain('Migrations complete!');
    const report = await bench.push();
    expect(JSON.parse(report.outputs.applied ?? '')).toEqual([]);
    expect(codesOf(report)).toEqual([]);
  });
});

describeTools('knex', () => {
  test('is left to apply its programs, and its ledger is read', async () => {
    const packages = JSON.stringify(join(vendorPackage('knex') ?? '', '..', '..', 'package.json'));
    await bench.write({
      'migrations/20260101000000_users.cjs': `exports.up = knex => knex.raw(${JSON.stringify(one)}); exports.down = () => {};`,
      'migrate.cjs': `const knex = require('node:module').createRequire(${packages})('knex');
        const db = knex({ client: 'pg', connection: process.env.DATABASE_URL, migrations: { directory: 'migrations', loadExtensions: ['.cjs'] } });
        db.migrate.latest().finally(() => db.destroy());`,
    });
    expect(codesOf(await bench.push())).toEqual(['error schema/needs-own-tool', 'notice schema/not-judged']);
    const report = await bench.push({
      settings: `apply: ${JSON.stringify(`${process.execPath} migrate.cjs`)}\nenv: { DATABASE_URL: "\${DATABASE_URL}" }\nrequire: { users: [email] }`,
      context: { variables: { DIRECT_URL: bench.url, DATABASE_URL: bench.url, PATH: process.env.PATH } },
    });
    expect(report.verdict).toBe('passed');
    expect(report.outputs.head).toBe('20260101000000_users.cjs');
  });
});
