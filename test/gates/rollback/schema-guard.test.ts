import { afterEach, describe, expect, test } from '@jest/globals';
import { createRecord, type GradedMigration, type ReleaseRecord } from '../../../src/core/record.ts';
import { type GateReport, listFindings } from '../../../src/core/report.ts';
import { codesOf } from '../../platforms/support.ts';
import { commits, recordOf, startWorld, type World } from '../deploy/world.ts';

let world: World;

afterEach(() => world.stop());

const codes = (report: GateReport) => codesOf(listFindings(report));
const resultOf = ({ verdict, outputs }: GateReport) => [verdict, outputs.result];

describe('rollback, with migrations since the target was live,', () => {
  const breaking = {
    name: '20260102_drop_email',
    grade: 'breaking' as const,
    because: 'ALTER TABLE users DROP COLUMN email',
  };
  const withMigrations = (record: ReleaseRecord, ...migrations: GradedMigration[]): ReleaseRecord => ({
    ...record,
    databases: { main: { applied: migrations.map(({ name }) => name), migrations } },
  });

  test('is refused with the name and statement of a migration that the old code does not fit (R9)', async () => {
    world = await startWorld();
    const record = withMigrations(recordOf(await world.deploy(commits.good)), breaking);
    const changes = world.changes();

    const report = await world.rollback({ record });

    expect(resultOf(report)).toEqual(['error', 'refused']);
    const finding = listFindings(report).find(({ code }) => code === 'rollback/schema-incompatible');
    expect(finding?.message).toContain('20260102_drop_email of the database main is breaking: ALTER TABLE users DROP');
    expect(finding?.help).toMatch(/reverses it.*restore.*despite-migrations/);
    expect(world.changes()).toBe(changes);
  });

  test('goes back anyway if the input names the migration', async () => {
    world = await startWorld();
    const record = withMigrations(recordOf(await world.deploy(commits.good)), breaking);
    const report = await world.rollback({ record, despiteMigrations: [breaking.name] });
    expect(resultOf(report)).toEqual(['passed', 'verified']);
    expect(report.checks.find(({ name }) => name === 'schema')?.detail).toContain('excused by name');
  });

  test('is refused if the input names an unknown migration', async () => {
    world = await startWorld();
    const record = withMigrations(recordOf(await world.deploy(commits.good)), breaking);
    const report = await world.rollback({ record, despiteMigrations: ['20260102_drop_mail'] });
    expect(resultOf(report)).toEqual(['error', 'refused']);
    expect(listFindings(report)).toMatchObject([
      { code: 'rollback/schema-incompatible' },
      { code: 'rollback/nothing-excused', help: `Did you mean "${breaking.name}"?` },
    ]);
    expect(await world.versions()).toEqual({ api: 'good', web: 'good' });
  });

  test('goes back if the input names an unknown migration and none is in the way', async () => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    const report = await world.rollback({ record, despiteMigrations: ['20260102_drop_mail'] });
    expect(resultOf(report)).toEqual(['passed', 'verified']);
    expect(listFindings(report)).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ code: 'rollback/nothing-excused', severity: 'warning' })]),
    );
  });

  test('counts the migrations of every release that it undoes', async () => {
    world = await startWorld();
    await world.deploy(commits.good);
    await world.deploy(commits.better, { record: withMigrations(createRecord('production', ''), breaking) });
    const [first] = world.github.deployments.all;
    const report = await world.rollback({ target: String(first?.id) });
    expect(resultOf(report)).toEqual(['error', 'refused']);
    expect(codes(report)).toContain('rollback/schema-incompatible');
  });

  test('counts the migrations of an earlier attempt at the same release', async () => {
    world = await startWorld();
    await world.deploy(commits.good, {
      record: withMigrations(createRecord('production', ''), breaking),
      services: ['api'],
    });
    const record = recordOf(await world.deploy(commits.good));
    expect(record.databases).toEqual({});
    expect(codes(await world.rollback({ record }))).toContain('rollback/schema-incompatible');
  });

  test('warns that migrations since a named deployment are unknown', async () => {
    world = await startWorld();
    await world.deploy(commits.good);
    await world.deploy(commits.better);
    const [older] = world.vercel.project('web').deployments;
    const known = await world.rollback({ services: ['web'], target: older?.id ?? '', dryRun: true });
    expect(codes(known)).not.toContain('rollback/schema-unknown');
    world.github.deployments.all.length = 0;
    const unknown = await world.rollback({ services: ['web'], target: older?.id ?? '', dryRun: true });
    expect(codes(unknown)).toContain('rollback/schema-unknown');
  });

  test.each([
    ['compatible', [{ name: 'a', grade: 'compatible' as const }], []],
    ['not graded', undefined, ['rollback/migrations-not-judged']],
  ])('goes back if they are %s', async (_what, migrations, expected) => {
    world = await startWorld();
    const record = recordOf(await world.deploy(commits.good));
    const main = { applied: ['a'], ...(migrations && { migrations }) };
    const report = await world.rollback({ record: { ...record, databases: { main } } });
    expect(resultOf(report)).toEqual(['passed', 'verified']);
    expect(codes(report).filter(code => code.startsWith('rollback/'))).toEqual(expected);
  });
});
