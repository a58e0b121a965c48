import { afterEach, describe, expect, test } from '@jest/globals';
import { type GateReport, listFindings } from '../../../src/core/report.ts';
import { codesOf } from '../../platforms/support.ts';
import { commits, recordOf, startWorld, type World } from '../deploy/world.ts';

let world: World;

afterEach(() => world.stop());

const codes = (report: GateReport) => codesOf(listFindings(report));
const resultOf = ({ verdict, outputs }: GateReport) => [verdict, outputs.result];

describe('rollback, by hand,', () => {
  test('undoes the newest release with a record on GitHub', async () => {
    world = await startWorld();
    await world.deploy(commits.good);
    await world.deploy(commits.better);
    const report = await world.rollback();
    expect(resultOf(report)).toEqual(['passed', 'verified']);
    expect(await world.versions()).toEqual({ api: 'good', web: 'good' });
    expect(world.github.deployments.all.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(['success', 'failure']);
  });

  test('skips a release that gave way to another, but counts the migrations that it ran before', async () => {
    world = await startWorld();
    const { record } = await world.deploy(commits.good);
    if (record === undefined) throw new TypeError('the deploy has a record');
    const gaveWay = await world.withdraw({
      ...record,
      commit: commits.better,
      databases: {
        main: { applied: ['2_drop'], migrations: [{ name: '2_drop', grade: 'breaking', because: 'DROP TABLE x' }] },
      },
    });

    const refused = await world.rollback();
    expect(resultOf(refused)).toEqual(['error', 'refused']);
    expect(codes(refused)).toEqual(['rollback/schema-incompatible']);

    expect(resultOf(await world.rollback({ despiteMigrations: ['2_drop'] }))).toEqual(['passed', 'verified']);
    const states = world.github.deployments.all.map(({ id, statuses }) => [String(id), statuses.at(-1)?.state]);
    expect(states).toEqual([
      [expect.any(String), 'failure'],
      [gaveWay, 'inactive'],
    ]);
  });

  test('counts the migrations of the release that replaced the target, behind one that gave way', async () => {
    world = await startWorld();
    const { record } = await world.deploy(commits.good);
    const [ours] = world.github.deployments.all;
    if (record === undefined || ours === undefined) throw new TypeError('the deploy has a record');
    const graded = [{ name: '1_drop', grade: 'breaking' as const }];
    ours.payload = { ...record, databases: { main: { applied: ['1_drop'], migrations: graded } } };
    await world.withdraw({ ...record, commit: commits.better });
    const target = record.services.web?.before?.id ?? '';
    const report = await world.rollback({ services: ['web'], target });
    expect(codes(report)).toEqual(['rollback/schema-incompatible']);
  });

  test('undoes what all jobs of a run released, and marks each part', async () => {
    world = await startWorld();
    await world.deploy(commits.good, { services: ['api'] });
    await world.deploy(commits.good, { services: ['web'] });
    const [first] = world.github.deployments.all;
    const changes = world.changes();
    const dry = await world.rollback({ dryRun: true });
    expect(dry.headline).toMatch(/api would go back to .*; web would go back to/);
    expect(world.changes()).toBe(changes);

    expect(resultOf(await world.rollback({ target: String(first?.id) }))).toEqual(['passed', 'verified']);

    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
    expect(world.github.deployments.all.map(({ statuses }) => statuses.at(-1)?.state)).toEqual(['failure', 'failure']);
  });

  test('undoes one of two runs of a commit', async () => {
    world = await startWorld();
    await world.deploy(commits.good, { services: ['api'], variables: { GITHUB_RUN_ID: '7' } });
    await world.deploy(commits.good, { services: ['web'], variables: { GITHUB_RUN_ID: '8' } });
    expect(resultOf(await world.rollback())).toEqual(['passed', 'verified']);
    expect(await world.versions()).toEqual({ api: 'good', web: 'old' });
  });

  test('goes back to named deployments of several services, even if GitHub is down', async () => {
    world = await startWorld();
    const { services } = recordOf(await world.deploy(commits.good));
    await world.deploy(commits.better);
    const target = `api=${services.api?.before?.id},\n web = ${services.web?.before?.id}`;
    world.github.fail({ times: Number.POSITIVE_INFINITY, answer: 'reset' });
    const report = await world.rollback({ target });
    expect(resultOf(report)).toEqual(['passed', 'verified']);
    expect(codes(report)).toEqual(expect.arrayContaining(['rollback/schema-unknown', 'deploy/not-recorded']));
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
  });

  test('leaves services alone that a target of several does not name', async () => {
    world = await startWorld();
    const { services } = recordOf(await world.deploy(commits.good));
    expect(resultOf(await world.rollback({ target: `web=${services.web?.before?.id}` }))).toEqual([
      'passed',
      'verified',
    ]);
    expect(await world.versions()).toEqual({ api: 'good', web: 'old' });
  });

  test.each([
    ['wep=dpl_1', 'Did you mean "web"?'],
    ['web=dpl_1, previous', 'Write each one as `<service>=<deployment>`.'],
  ])('rejects the target %s', async (target, help) => {
    world = await startWorld();
    await expect(world.rollback({ target })).rejects.toMatchObject({
      findings: [{ code: 'config/invalid-input', help }],
    });
  });

  test('is refused if the record of the newest release cannot be read, and never goes further back', async () => {
    world = await startWorld();
    await world.deploy(commits.good);
    await world.deploy(commits.better);
    const [, newest] = world.github.deployments.all;
    if (newest === undefined) throw new TypeError('the second deploy was recorded');
    newest.payload = Object.assign({}, newest.payload, { version: 2 });
    const changes = world.changes();

    for (const options of [{}, { dryRun: true }, { target: String(world.github.deployments.all[0]?.id) }]) {
      const report = await world.rollback(options);
      expect(resultOf(report)).toEqual(['error', 'refused']);
      expect(listFindings(report)).toMatchObject([
        { code: 'release/unreadable-record', message: expect.stringContaining(`${newest.id}`) },
      ]);
      expect(report.headline).toBe('Nothing was changed: the record of a release cannot be read.');
    }
    expect(world.changes()).toBe(changes);
    expect(await world.versions()).toEqual({ api: 'better', web: 'better' });
  });

  test('goes back one release if a later version of the suite wrote the record', async () => {
    world = await startWorld();
    await world.deploy(commits.good);
    await world.deploy(commits.better);
    const [, newest] = world.github.deployments.all;
    if (newest === undefined) throw new TypeError('the second deploy was recorded');
    newest.payload = Object.assign({}, newest.payload, { coordinates: { api: 'pm-backend' } });
    expect(resultOf(await world.rollback())).toEqual(['passed', 'verified']);
    expect(await world.versions()).toEqual({ api: 'good', web: 'good' });
  });

  test('undoes a superseded release, which GitHub also calls inactive', async () => {
    world = await startWorld();
    await world.deploy(commits.good);
    const [ours] = world.github.deployments.all;
    const last = ours?.statuses.at(-1);
    if (last) ours?.statuses.push({ ...last, id: 9001, state: 'inactive' });
    expect(resultOf(await world.rollback())).toEqual(['passed', 'verified']);
  });

  test('ignores deployments without a record and those of other environments', async () => {
    world = await startWorld();
    await world.deploy(commits.good);
    const [ours] = world.github.deployments.all;
    if (ours === undefined) throw new TypeError('the deploy was recorded');
    world.github.deployments.all.push(
      { ...ours, id: 9001, payload: {}, description: 'of a job with an environment' },
      { ...ours, id: 9002, environment: 'staging' },
    );
    expect(resultOf(await world.rollback())).toEqual(['passed', 'verified']);
    expect(ours.statuses.at(-1)?.description).toBe('rolled back: the smoke test failed');
  });

  test('reads a record that came back as text', async () => {
    world = await startWorld();
    await world.deploy(commits.good);
    const [ours] = world.github.deployments.all;
    if (ours) ours.payload = JSON.stringify(ours.payload);
    expect(resultOf(await world.rollback())).toEqual(['passed', 'verified']);
  });

  test('undoes the release that the input names', async () => {
    world = await startWorld();
    await world.deploy(commits.good);
    await world.deploy(commits.better);
    const [first] = world.github.deployments.all;
    expect(resultOf(await world.rollback({ target: String(first?.id) }))).toEqual(['passed', 'verified']);
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
  });

  test('needs no other gate: a target, a reason, and a dry run first (V18)', async () => {
    world = await startWorld();
    await world.deploy(commits.good);
    const [release] = world.github.deployments.all;
    const byHand = { target: String(release?.id), reason: 'orders are lost', incidentIssue: true };
    expect(resultOf(await world.rollback({ ...byHand, dryRun: true }))).toEqual(['passed', 'dry-run']);
    expect(await world.versions()).toEqual({ api: 'good', web: 'good' });
    expect(resultOf(await world.rollback(byHand))).toEqual(['passed', 'verified']);
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
    expect(release?.statuses.at(-1)).toMatchObject({ state: 'failure', description: 'rolled back: orders are lost' });
  });

  test('takes one service back to the deployment that the input names', async () => {
    world = await startWorld();
    const { services } = recordOf(await world.deploy(commits.good));
    const report = await world.rollback({ services: ['web'], target: services.web?.before?.id ?? '' });
    expect(resultOf(report)).toEqual(['passed', 'verified']);
    expect(await world.versions()).toEqual({ api: 'good', web: 'old' });
  });

  test('cannot go back to one deployment with several services', async () => {
    world = await startWorld();
    await expect(world.rollback({ target: 'dpl_x' })).rejects.toMatchObject({
      findings: [{ code: 'config/invalid-input', help: expect.stringContaining('services') }],
    });
  });

  test('does not pass a misspelt `previous` to a command as a version', async () => {
    world = await startWorld();
    await expect(world.rollback({ target: 'previos', services: ['web'] })).rejects.toMatchObject({
      findings: [{ code: 'config/invalid-input', help: 'Did you mean "previous"?' }],
    });
  });

  test('stops at a release without a record on GitHub', async () => {
    world = await startWorld();
    const report = await world.rollback({ target: '4711' });
    expect(resultOf(report)).toEqual(['error', 'no-target']);
    expect(codes(report)).toEqual(['rollback/no-release']);
    expect(world.changes()).toBe(0);
  });

  test('without a record, goes back to what the platforms say was live before, and says so', async () => {
    world = await startWorld();
    await world.deploy(commits.good);
    world.github.deployments.all.length = 0;

    const report = await world.rollback();

    expect(resultOf(report)).toEqual(['passed', 'verified']);
    expect(codes(report)).toEqual(
      expect.arrayContaining(['rollback/without-record', 'rollback/assumed-target', 'rollback/schema-unknown']),
    );
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
  });

  test('leaves services alone that have no earlier version', async () => {
    world = await startWorld();
    const report = await world.rollback();
    expect(resultOf(report)).toEqual(['error', 'no-target']);
    expect(codes(report)).toEqual(['rollback/without-record', 'rollback/no-target', 'rollback/no-target']);
    expect(world.changes()).toBe(0);
  });

  test('names the missing permission', async () => {
    world = await startWorld({ permissions: { contents: 'read' } });
    await expect(world.rollback()).rejects.toMatchObject({
      findings: [{ code: 'gate/github-refused', help: expect.stringContaining('deployments: write') }],
    });
  });
});
