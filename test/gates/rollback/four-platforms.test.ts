import { afterEach, describe, expect, test } from '@jest/globals';
import { listChannels } from '../../../src/channels/list.ts';
import type { Configuration } from '../../../src/config/load.ts';
import { GateError } from '../../../src/core/errors.ts';
import { found } from '../../../src/core/finding.ts';
import { cancelled } from '../../../src/core/gate-findings.ts';
import type { Incidents } from '../../../src/core/incidents.ts';
import { createRecord, type ReleaseRecord } from '../../../src/core/record.ts';
import { type GateReport, listFindings } from '../../../src/core/report.ts';
import { deploy } from '../../../src/gates/deploy/gate.ts';
import { rollback } from '../../../src/gates/rollback/gate.ts';
import type { RollbackOptions } from '../../../src/gates/rollback/options.ts';
import { createGitHub } from '../../../src/github/api.ts';
import { createReleases } from '../../../src/github/deployments.ts';
import { chooseServices } from '../../../src/release/services.ts';
import { codesOf, fastClock } from '../../platforms/support.ts';
import { parseConfiguration } from '../../support/configuration.ts';
import { testContext } from '../../support/context.ts';
import { type GitHubEmulator, startGitHub } from '../../support/emulators/github/index.ts';
import { type FourPlatforms, startFourPlatforms } from '../../support/four-platforms.ts';
import { crashes, lightBuild } from '../../support/sample-build.ts';
import { recordOf } from '../deploy/world.ts';

const commits = { old: 'a'.repeat(40), good: 'b'.repeat(40), crashing: 'd'.repeat(40) };
const everywhere = (version: string) => ({ api: version, billing: version, worker: version, web: version });
let platforms: FourPlatforms;
let github: GitHubEmulator;

afterEach(async () => {
  await Promise.all([platforms.stop(), github.stop()]);
});

async function start(): Promise<void> {
  const builds = {
    [commits.old]: lightBuild('old'),
    [commits.good]: lightBuild('good'),
    [commits.crashing]: crashes('no database'),
  };
  github = await startGitHub({ repository: 'acme/shop', token: 'ghs_not-real', commits: Object.values(commits) });
  platforms = await startFourPlatforms({
    builds,
    live: commits.old,
    more: 'probe: { web: { up: { get: /version, consecutive: 2 } }, worker: { up: { get: /health } } }',
  });
}

function around(signal = new AbortController().signal, onSaid: (text: string) => void = () => {}) {
  const variables = { ...platforms.variables, GITHUB_REPOSITORY: 'acme/shop', GITHUB_API_URL: github.apiUrl };
  const context = testContext({ clock: fastClock(200), variables, signal });
  const info = (text: string) => {
    onSaid(text);
    context.log.info(text);
  };
  const releases = createReleases(createGitHub(context, 'ghs_not-real'));
  return { context: { ...context, log: { ...context.log, info } }, releases };
}

async function configurationOf(commit: string): Promise<Configuration> {
  return parseConfiguration(platforms.configuration, { path: 'release-gates.yml', environment: '', commit });
}

async function release(commit: string, resumeAutoDeploys = false): Promise<GateReport> {
  const { context, releases } = around();
  const record = createRecord('production', commit);
  const configuration = await configurationOf(commit);
  const tagging = { tags: { create: async () => true }, prefix: '' };
  const phase = 'all' as const;
  const once = { lock: undefined, lockTimeout: 0, resumeAutoDeploys, measuring: undefined };
  const more = { configuration, phase, tagging, ...once };
  const history = { compare: async () => 'newer' as const };
  const given = { ...more, commit, record, releases, history, allowOlder: false };
  return deploy({ ...chooseServices(configuration, []), ...given }, context);
}

async function goBack(record: ReleaseRecord, given = around(), incidents?: Incidents): Promise<GateReport> {
  const { context, releases } = given;
  const config = await configurationOf('');
  const options: RollbackOptions = {
    ...chooseServices(config, []),
    environment: 'production',
    record,
    empty: createRecord('production', ''),
    target: 'previous',
    reason: 'orders fail',
    configured: Object.keys(config.services),
    despiteMigrations: [],
    holdAutoDeploys: true,
    dryRun: false,
    measuring: undefined,
    releases,
    lock: undefined,
    channels: listChannels({ incidents }),
    loadConfiguration: configurationOf,
    ignoredInputs: [],
  };
  return rollback(options, context);
}

/** How often each platform was told to go back. */
function backwards(): Record<string, number> {
  const { fly, vercel, render, railway } = platforms;
  const posts = (requests: typeof fly.requests, path: RegExp) =>
    requests.filter(one => one.method === 'POST' && path.test(one.path)).length;
  return {
    fly: posts(fly.requests, /\/machines\/[0-9a-f]+$/) - 1, // the first was the deploy
    vercel: posts(vercel.requests, /\/rollback\/dpl_/),
    render: posts(render.requests, /\/rollback$/),
    railway: railway.requests.filter(({ body }) => JSON.stringify(body).includes('deploymentRollback')).length,
  };
}

describe('a release to four platforms', () => {
  test('goes out in order and back in the reverse order, verified on each (P16, G8, V7, V14)', async () => {
    await start();
    const released = await release(commits.good);
    expect(released).toMatchObject({ verdict: 'passed', headline: 'Deployed api, billing, worker, web.' });
    expect(await platforms.versions()).toEqual(everywhere('good'));

    const back = await goBack(recordOf(released));

    expect([back.verdict, back.outputs.result]).toEqual(['passed', 'verified']);
    expect(await platforms.versions()).toEqual(everywhere('old'));
    const times = Object.fromEntries(back.checks.map(check => [check.name, check]));
    expect(times.worker?.startedAt).toBeGreaterThanOrEqual(times.web?.finishedAt ?? Number.POSITIVE_INFINITY);
    expect(times.api?.startedAt).toBeGreaterThanOrEqual(times.worker?.finishedAt ?? Number.POSITIVE_INFINITY);
    expect(codesOf(listFindings(back))).toContain('platform/auto-deploys-held');
  });

  test('names each platform that deploys pushes by itself, before anything changes', async () => {
    await start();
    platforms.render.service('srv-billing').autoDeployTrigger = 'checksPass';
    platforms.vercel.project('web').options.link = { type: 'github', productionBranch: 'main' };
    const expected = ['billing', 'web', 'worker'];
    for (const round of ['deployed', 'live already']) {
      const findings = listFindings(await release(commits.good)).filter(
        ({ code }) => code === 'platform/auto-deploys-on',
      );
      const named = findings.map(({ message }) => /Pushes to (\w+)/.exec(message)?.[1]).sort();
      expect([round, named]).toEqual([round, expected]);
    }
  });

  test('gets back exactly the automatic deploys that its rollback turned off', async () => {
    await start();
    const billing = platforms.render.service('srv-billing');
    const worker = platforms.railway.service('worker');
    billing.autoDeployTrigger = 'checksPass';
    worker.autoDeploy = false;
    await goBack(recordOf(await release(commits.good)));
    expect([billing.autoDeployTrigger, worker.autoDeploy]).toEqual(['off', false]);

    const again = await release(commits.good, true);

    expect(again.verdict).toBe('passed');
    expect([billing.autoDeployTrigger, worker.autoDeploy]).toEqual(['checksPass', false]);
    expect(codesOf(listFindings(again))).toContain('deploy/auto-deploys-resumed');
    billing.autoDeployTrigger = 'off'; // someone wants it so
    await release(commits.crashing, true);
    await release(commits.good, true);
    expect(billing.autoDeployTrigger).toBe('off');
  });

  test('has nothing left to roll back after a rollback', async () => {
    await start();
    const record = recordOf(await release(commits.good));
    await goBack(record);
    const once = backwards();
    expect((await goBack(record)).outputs.result).toBe('not-needed');
    expect(backwards()).toEqual(once);
    expect(once).toEqual({ fly: 1, vercel: 1, render: 1, railway: 1 });
  });

  test('goes back once on each platform even if every response is lost', async () => {
    await start();
    const record = recordOf(await release(commits.good));
    platforms.fly.fail({ on: /^POST .*\/machines\/[0-9a-f]+$/, answer: 'lose-answer' });
    platforms.vercel.fail({ on: /\/rollback\/dpl_/, answer: 'lose-answer' });
    platforms.render.fail({ on: /\/rollback$/, answer: 'lose-answer' });
    platforms.railway.fail({ body: /deploymentRollback/, answer: 'lose-answer' });
    expect((await goBack(record)).outputs.result).toBe('verified');
    expect(backwards()).toEqual({ fly: 1, vercel: 1, render: 1, railway: 1 });
    expect(await platforms.versions()).toEqual(everywhere('old'));
  });

  test.each(['web', 'worker', 'billing', 'api'])(
    'cancelled while %s goes back reports what each service runs, and another run finishes it',
    async name => {
      await start();
      const record = recordOf(await release(commits.good));
      const controller = new AbortController();
      const stop = (text: string) => {
        if (text.startsWith(`${name}: `)) controller.abort(new GateError([found(cancelled, { message: 'SIGINT.' })]));
      };

      const half = await goBack(record, around(controller.signal, stop));

      expect([half.verdict, half.outputs.result]).toEqual(['error', 'failed']);
      expect(half.headline).toContain(`${name}: not rolled back (`);
      expect((await goBack(record)).verdict).toBe('passed');
      expect(await platforms.versions()).toEqual(everywhere('old'));
    },
  );

  test('stops at the first failure, and a rollback restores what it changed', async () => {
    await start();
    const released = await release(commits.crashing);
    expect(released.verdict).toBe('failed');
    expect((await goBack(recordOf(released))).verdict).toBe('passed');
    expect(await platforms.versions()).toEqual(everywhere('old'));
  });
});

describe('rollback of a first release', () => {
  test('says what cannot be undone, notifies people, and leaves alone what was never live', async () => {
    await start();
    platforms.render.service('srv-billing').deploys.length = 0;
    const { billing } = recordOf(await release(commits.good)).services;
    platforms.railway.service('worker').deployments.length = 0;
    const services = { billing: billing ?? { platform: 'render' }, worker: { platform: 'railway' } };
    const told: string[] = [];
    const incidents = {
      note: async ({ report }: { report: GateReport }) => {
        told.push(report.headline);
        return 'https://example.com/issues/1';
      },
    };

    const report = await goBack({ ...createRecord('production', commits.good), services }, around(), incidents);

    expect([report.verdict, report.outputs]).toEqual([
      'error',
      { result: 'no-target', incident: 'https://example.com/issues/1' },
    ]);
    expect(report.headline).toBe(
      'Nothing was changed. billing has no known earlier version; worker is already there. The incident: https://example.com/issues/1',
    );
    expect(told).toHaveLength(1);
    expect(listFindings(report)).toMatchObject([
      {
        code: 'rollback/no-target',
        message: expect.stringContaining('billing'),
        help: expect.stringContaining('first release'),
      },
    ]);
    expect(report.checks.find(({ name }) => name === 'worker before')?.detail).toBe(
      'nothing is live, as before the release',
    );
  });
});
