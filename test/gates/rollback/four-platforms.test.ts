import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { GateError } from '../../../src/core/errors.ts';
import { found } from '../../../src/core/finding.ts';
import { cancelled } from '../../../src/core/gate-findings.ts';
import { createRecord } from '../../../src/core/record.ts';
import { type GateReport, listFindings } from '../../../src/core/report.ts';
import { codesOf } from '../../platforms/support.ts';
import { recordOf } from '../deploy/world.ts';
import { commits, everywhere, type FourWorld, startFourWorld } from './four-world.ts';

let world: FourWorld;

beforeEach(async () => {
  world = await startFourWorld();
});

afterEach(() => world.stop());

/** How often each platform was told to go back. */
function backwards(): Record<string, number> {
  const { fly, vercel, render, railway } = world;
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
    const released = await world.release(commits.good);
    expect(released).toMatchObject({ verdict: 'passed', headline: 'Deployed api, billing, worker, web.' });
    expect(await world.versions()).toEqual(everywhere('good'));

    const back = await world.goBack(recordOf(released));

    expect([back.verdict, back.outputs.result]).toEqual(['passed', 'verified']);
    expect(await world.versions()).toEqual(everywhere('old'));
    const times = Object.fromEntries(back.checks.map(check => [check.name, check]));
    expect(times.worker?.startedAt).toBeGreaterThanOrEqual(times.web?.finishedAt ?? Number.POSITIVE_INFINITY);
    expect(times.api?.startedAt).toBeGreaterThanOrEqual(times.worker?.finishedAt ?? Number.POSITIVE_INFINITY);
    expect(codesOf(listFindings(back))).toContain('platform/auto-deploys-held');
  });

  test('names each platform that deploys pushes by itself, before anything changes', async () => {
    world.render.service('srv-billing').autoDeployTrigger = 'checksPass';
    world.vercel.project('web').options.link = { type: 'github', productionBranch: 'main' };
    const expected = ['billing', 'web', 'worker'];
    for (const round of ['deployed', 'live already']) {
      const findings = listFindings(await world.release(commits.good)).filter(
        ({ code }) => code === 'platform/auto-deploys-on',
      );
      const named = findings.map(({ message }) => /Pushes to (\w+)/.exec(message)?.[1]).sort();
      expect([round, named]).toEqual([round, expected]);
    }
  });

  test('gets back exactly the automatic deploys that its rollback turned off', async () => {
    const billing = world.render.service('srv-billing');
    const worker = world.railway.service('worker');
    billing.autoDeployTrigger = 'checksPass';
    worker.autoDeploy = false;
    await world.goBack(recordOf(await world.release(commits.good)));
    expect([billing.autoDeployTrigger, worker.autoDeploy]).toEqual(['off', false]);

    const again = await world.release(commits.good, { resumeAutoDeploys: true });

    expect(again.verdict).toBe('passed');
    expect([billing.autoDeployTrigger, worker.autoDeploy]).toEqual(['checksPass', false]);
    expect(codesOf(listFindings(again))).toContain('deploy/auto-deploys-resumed');
    billing.autoDeployTrigger = 'off'; // someone wants it so
    await world.release(commits.crashing, { resumeAutoDeploys: true });
    await world.release(commits.good, { resumeAutoDeploys: true });
    expect(billing.autoDeployTrigger).toBe('off');
  });

  test('has nothing left to roll back after a rollback', async () => {
    const record = recordOf(await world.release(commits.good));
    await world.goBack(record);
    const once = backwards();
    expect((await world.goBack(record)).outputs.result).toBe('not-needed');
    expect(backwards()).toEqual(once);
    expect(once).toEqual({ fly: 1, vercel: 1, render: 1, railway: 1 });
  });

  test('goes back once on each platform even if every response is lost', async () => {
    const record = recordOf(await world.release(commits.good));
    world.fly.fail({ on: /^POST .*\/machines\/[0-9a-f]+$/, answer: 'lose-answer' });
    world.vercel.fail({ on: /\/rollback\/dpl_/, answer: 'lose-answer' });
    world.render.fail({ on: /\/rollback$/, answer: 'lose-answer' });
    world.railway.fail({ body: /deploymentRollback/, answer: 'lose-answer' });
    expect((await world.goBack(record)).outputs.result).toBe('verified');
    expect(backwards()).toEqual({ fly: 1, vercel: 1, render: 1, railway: 1 });
    expect(await world.versions()).toEqual(everywhere('old'));
  });

  test.each(['web', 'worker', 'billing', 'api'])(
    'cancelled while %s goes back reports what each service runs, and another run finishes it',
    async name => {
      const record = recordOf(await world.release(commits.good));
      const controller = new AbortController();
      const stop = (text: string) => {
        if (text.startsWith(`${name}: `)) controller.abort(new GateError([found(cancelled, { message: 'SIGINT.' })]));
      };

      const half = await world.goBack(record, { signal: controller.signal, onLog: stop });

      expect([half.verdict, half.outputs.result]).toEqual(['error', 'failed']);
      expect(half.headline).toContain(`${name}: not rolled back (`);
      expect((await world.goBack(record)).verdict).toBe('passed');
      expect(await world.versions()).toEqual(everywhere('old'));
    },
  );

  test('stops at the first failure, and a rollback restores what it changed', async () => {
    const released = await world.release(commits.crashing);
    expect(released.verdict).toBe('failed');
    expect((await world.goBack(recordOf(released))).verdict).toBe('passed');
    expect(await world.versions()).toEqual(everywhere('old'));
  });
});

describe('rollback of a first release', () => {
  test('says what cannot be undone, notifies people, and leaves alone what was never live', async () => {
    world.render.service('srv-billing').deploys.length = 0;
    const { billing } = recordOf(await world.release(commits.good)).services;
    world.railway.service('worker').deployments.length = 0;
    const services = { billing: billing ?? { platform: 'render' }, worker: { platform: 'railway' } };
    const told: string[] = [];
    const incidents = {
      note: async ({ report }: { report: GateReport }) => {
        told.push(report.headline);
        return 'https://example.com/issues/1';
      },
    };

    const report = await world.goBack({ ...createRecord('production', commits.good), services }, { incidents });

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
