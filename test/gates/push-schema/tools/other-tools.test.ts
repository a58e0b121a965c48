import { describe, expect, test } from '@jest/globals';
import { listFindings } from '../../../../src/core/report.ts';
import { codesOf, type Workbench, withWorkbench } from '../workbench.ts';

let bench: Workbench;
withWorkbench(opened => {
  bench = opened;
});

const way = 'CREATE TABLE made (id int);';
const back = 'DROP TABLE made;';
const time = '20260101000000';

const foreign: [tool: string, files: Record<string, string>][] = [
  ['dbmate', { [`migrations/${time}_a.sql`]: `-- migrate:up\n${way}\n\n-- migrate:down\n${back}` }],
  ['goose', { [`migrations/${time}_a.sql`]: `-- +goose Up\n${way}\n-- +goose Down\n${back}` }],
  ['sql-migrate', { [`migrations/${time}_a.sql`]: `-- +migrate Up\n${way}\n-- +migrate Down\n${back}` }],
  ['micrate', { [`migrations/${time}_a.sql`]: `-- +micrate Up\n${way}\n-- +micrate Down\n${back}` }],
  ['MyBatis Migrations', { [`migrations/${time}_a.sql`]: `-- // a\n${way}\n-- //@UNDO\n${back}` }],
  ['Play evolutions', { 'migrations/1.sql': `-- !Ups\n${way}\n-- !Downs\n${back}` }],
  ['Graphile Migrate', { 'migrations/000001.sql': `--! Previous: -\n--! Hash: sha1:0\n${way}` }],
  ['node-pg-migrate', { 'migrations/001_a.sql': `-- Up Migration\n${way}\n-- Down Migration\n${back}` }],
  ['postgrator', { 'migrations/001.do.a.sql': way, 'migrations/001.undo.a.sql': back }],
  ['golang-migrate', { 'migrations/1_a.up.sql': way, 'migrations/1_a.down.sql': back }],
  ['Atlas', { [`migrations/${time}_a.sql`]: way, 'migrations/atlas.sum': 'h1:x=' }],
  ['sqlx', { [`migrations/${time}_a.sql`]: way, 'Cargo.toml': '[dependencies]\nsqlx = "0.8"\n' }],
  ['Flyway', { 'migrations/V1__a.sql': way, 'migrations/U1__a.sql': back }],
  ['Liquibase', { 'migrations/1.sql': `--liquibase formatted sql\n${way}\n--rollback ${back}` }],
  ['Liquibase', { 'migrations/db.changelog-master.yaml': '', 'migrations/1.sql': way }],
  ['sqitch', { 'sqitch.plan': '%project=shop', 'migrations/a.sql': way }],
  ['Alembic', { 'migrations/env.py': '', 'migrations/script.py.mako': '' }],
  ['Alembic', { 'migrations/1_a.py': "revision = '1'\ndown_revision = None" }],
  ['Django', { 'migrations/0001_initial.py': 'class Migration(migrations.Migration):\n  pass' }],
  ['Rails', { [`migrations/${time}_a.rb`]: 'class A < ActiveRecord::Migration[8.0]\nend' }],
  ['Ecto', { [`migrations/${time}_a.exs`]: 'use Ecto.Migration' }],
  ['TypeORM', { 'migrations/1767225600000-A.ts': 'export class A implements MigrationInterface {}' }],
  ['Sequelize', { [`migrations/${time}_a.js`]: 'exports.up = (queryInterface, Sequelize) => {}' }],
  ['MikroORM', { [`migrations/Migration${time}.ts`]: "import { Migration } from '@mikro-orm/migrations';" }],
  ['Kysely', { [`migrations/${time}_a.ts`]: "import type { Kysely } from 'kysely';" }],
];

describe('migrations of an unsupported tool are refused, and nothing runs', () => {
  test.each(foreign)('%s', async (tool, files) => {
    await bench.write(files);
    const report = await bench.push();
    expect(codesOf(report)).toEqual(['error schema/unsupported-tool']);
    expect(listFindings(report)[0]?.message).toContain(`belong to ${tool}, which`);
    expect(listFindings(report)[0]?.help).toMatch(/^Run `.+` in a step of its own before the deploy\./);
    expect(await bench.sql("SELECT FROM pg_namespace WHERE nspname ~ 'supabase|release_gates'")).toEqual([]);
  });

  test('although `tool` claims them, when the files themselves tell', async () => {
    await bench.write({ [`migrations/${time}_a.sql`]: `-- migrate:up\n${way}\n-- migrate:down\n${back}` });
    expect(codesOf(await bench.push({ settings: 'tool: supabase' }))).toEqual(['error schema/unsupported-tool']);
  });
});

describe('ways back are refused', () => {
  test.each([
    [{ '1_a_up.sql': way, '1_a_down.sql': back }, '1_a_down.sql'],
    [{ '1_a-up.sql': way, '1_a-down.sql': back }, '1_a-down.sql'],
    [{ '1_a.sql': way, '1_a.rollback.sql': back }, '1_a.rollback.sql'],
    [{ '1_a.sql': way, '1_a_rollback.sql': back }, '1_a_rollback.sql'],
    [{ [`${time}_a.sql`]: way, [`${time}_a.undo.sql`]: back }, `${time}_a.undo.sql`],
    [{ '1_a.sql': `${way}\n-- Down\n${back}` }, '1_a.sql'],
    [{ '1_a.sql': `${way}\n-- === ROLLBACK ===\n${back}` }, '1_a.sql'],
    [{ [`${time}_a.sql`]: `${way}\n--- rollback:\n${back}` }, `${time}_a.sql`],
  ])('%j', async (scripts, path) => {
    await bench.write(Object.fromEntries(Object.entries(scripts).map(([name, text]) => [`migrations/${name}`, text])));
    const report = await bench.push();
    const findings = listFindings(report).filter(({ code }) => code === 'schema/way-back');
    expect(findings.map(({ place }) => place?.path)).toEqual([`migrations/${path}`]);
    expect(await bench.sql("SELECT FROM pg_tables WHERE tablename = 'made'")).toEqual([]);
  });

  test('by `tool: sql` too', async () => {
    await bench.write({ 'migrations/001.do.a.sql': way, 'migrations/001.undo.a.sql': back });
    expect(codesOf(await bench.push({ settings: 'tool: sql' }))).toEqual(['error schema/way-back']);
  });
});

describe('what leads forward is applied', () => {
  test.each([
    { '1_a.sql': way, '2_scale_down.sql': 'ALTER TABLE made ADD COLUMN b int;' },
    { '1_a.sql': `${way}\n-- Rollback:\n-- DROP TABLE made;\n` },
    { '1_a.sql': `-- Slows down when the load goes up\n${way}` },
    { '1_a.sql': `${way}\nCOMMENT ON TABLE made IS '\n-- not down here\n';` },
  ])('%j', async scripts => {
    await bench.write(Object.fromEntries(Object.entries(scripts).map(([name, text]) => [`migrations/${name}`, text])));
    const report = await bench.push();
    expect(report.verdict).toBe('passed');
    expect(await bench.sql("SELECT FROM pg_tables WHERE tablename = 'made'")).toHaveLength(1);
  });

  test('by `tool`, where only the names tell of another tool', async () => {
    await bench.write({ [`migrations/${time}_a.sql`]: way, 'Cargo.toml': '[dependencies]\nsqlx = "0.8"\n' });
    expect((await bench.push({ settings: 'tool: supabase' })).verdict).toBe('passed');
  });

  test('in the folder of the Supabase CLI, beside a program that uses sqlx', async () => {
    await bench.write({ [`supabase/migrations/${time}_a.sql`]: way, 'Cargo.toml': '[dependencies]\nsqlx = "0.8"\n' });
    const config = 'schema:\n  main:\n    migrations: supabase/migrations\n    database: DIRECT_URL';
    expect((await bench.push({ config })).verdict).toBe('passed');
  });
});
