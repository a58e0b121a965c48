import { afterEach, describe, expect, test } from '@jest/globals';
import { GateError } from '../../src/core/errors.ts';
import type { Deployment } from '../../src/core/record.ts';
import type { Change, Platform } from '../../src/platforms/platform.ts';
import type { Fault } from '../support/emulators/faults.ts';
import type { RecordedRequest } from '../support/emulators/http.ts';
import { platformOn as flyOn, startApp } from './fly/fly.ts';
import { commits as railwayCommits, platformOn as railwayOn, startEnvironment } from './railway/railway.ts';
import { commits as renderCommits, platformOn as renderOn, startService } from './render/render.ts';
import { codesOf, listener, never, slowState } from './support.ts';
import { startProject, commits as vercelCommits, platformOn as vercelOn } from './vercel/vercel.ts';

interface Started {
  platform(options?: { timeout?: number }): Platform;
  requests: RecordedRequest[];
  fail(fault: Fault): void;
  stop(): Promise<void>;
}

interface Changing {
  name: string;
  /** `state`: milliseconds that each state of a deployment lasts, where not next to none. */
  start(state?: number): Promise<Started>;
  good: string;
  /** What begins the change, among the requests. */
  begins: Record<'deploy' | 'rollback', Pick<Fault, 'on' | 'body'>>;
  /** What cancels a deployment, where there is something to cancel. */
  cancels?: RegExp;
  /** Statuses that the vendor documents for either, without 429 and those from 500 on. */
  refusals: number[];
}

const platforms: Changing[] = [
  {
    name: 'Fly.io',
    start: async () => {
      const fly = await startApp({ machines: 1 });
      return { ...parts(fly), platform: options => flyOn(fly, { tag: 'new', ...options }) };
    },
    good: '',
    begins: { deploy: { on: /^POST .*\/machines\/[0-9a-f]+$/ }, rollback: { on: /^POST .*\/machines\/[0-9a-f]+$/ } },
    refusals: [400, 401, 403, 404, 409, 412, 422],
  },
  {
    name: 'Vercel',
    start: async state => {
      const vercel = await startProject({}, state === undefined ? {} : { build: state });
      return { ...parts(vercel), platform: options => vercelOn(vercel, options) };
    },
    good: vercelCommits.good,
    begins: { deploy: { on: /^POST \/v13\/deployments/ }, rollback: { on: /^POST \/v1\/projects\/[^/]+\/rollback\// } },
    cancels: /PATCH .*\/cancel/,
    refusals: [400, 401, 402, 403, 404, 409, 410, 422, 426],
  },
  {
    name: 'Render',
    start: async state => {
      const render = await startService({}, state);
      return { ...parts(render), platform: options => renderOn(render, options) };
    },
    good: renderCommits.good,
    begins: { deploy: { on: /^POST .*\/deploys$/ }, rollback: { on: /^POST .*\/rollback$/ } },
    cancels: /POST .*\/cancel/,
    refusals: [400, 401, 403, 404, 406, 409, 410],
  },
  {
    name: 'Railway',
    start: async state => {
      const railway = await startEnvironment({}, state);
      return { ...parts(railway), platform: options => railwayOn(railway, options) };
    },
    good: railwayCommits.good,
    begins: { deploy: { body: /serviceInstanceDeployV2/ }, rollback: { body: /deploymentRollback/ } },
    cancels: /deploymentCancel/,
    refusals: [400, 401, 403, 404],
  },
];

function parts({ requests, fail, stop }: Omit<Started, 'platform'>): Omit<Started, 'platform'> {
  return { requests, fail, stop };
}

describe.each(platforms)('what begins a change on $name', ({ start, good, begins, refusals }) => {
  let started: Started;

  afterEach(() => started.stop());

  /** Ready for the change, which has a way back to what was live at first. */
  async function ready(change: 'deploy' | 'rollback'): Promise<Deployment> {
    started = await start();
    const { deployment } = await started.platform().live(never);
    if (deployment === undefined) throw new TypeError('Nothing is live.');
    if (change === 'rollback') await started.platform().deploy(good, never, listener());
    return deployment;
  }

  /** Carries it out; what it ends with, and how often it was begun. */
  async function carryOut(change: 'deploy' | 'rollback', to: Deployment, timeout = 5000) {
    const { on = /^/, body = /^/ } = begins[change];
    const count = () =>
      started.requests.filter(one => on.test(`${one.method} ${one.path}`) && body.test(JSON.stringify(one.body ?? '')))
        .length;
    const before = count();
    const platform = started.platform({ timeout });
    const outcome = await (change === 'deploy'
      ? platform.deploy(good, never, listener())
      : platform.rollback(to, 'bad', never, listener())
    ).catch((error: unknown) => error);
    const live = (await started.platform().live(never)).deployment;
    return { ...said(outcome), times: count() - before, live };
  }

  describe.each(['deploy', 'rollback'] as const)('(%s)', change => {
    test.each(refusals)('is refused with %i: said as it is, asked once, nothing changed', async status => {
      const first = await ready(change);
      const before = (await started.platform().live(never)).deployment;
      const body = { message: 'not now', error: { code: 'no', message: 'not now' }, errors: [{ message: 'not now' }] };
      started.fail({ ...begins[change], answer: { status, body } });
      const { verdict, codes, times, live } = await carryOut(change, first);
      expect({ verdict, times }).toEqual({ verdict: 'error', times: 1 });
      const expected: Record<number, string> = {
        401: 'platform/bad-token',
        403: 'platform/bad-token',
        404: 'platform/not-found',
      };
      expect(codes).toEqual([expected[status] ?? expect.stringMatching(/^platform\//)]);
      expect(live).toEqual(before);
    });

    test.each([
      ['with Retry-After', { status: 429, retryAfter: 3 }],
      ['without Retry-After', { status: 429 }],
    ])('waits for a rate limit %s, and happens once', async (_what, answer) => {
      const first = await ready(change);
      started.fail({ ...begins[change], answer });
      expect(await carryOut(change, first)).toMatchObject({ verdict: 'passed', times: 2 });
    });

    test.each<[string, Fault['answer'], number]>([
      ['answered with 500', { status: 500, body: {} }, 5000],
      ['answered with 503', { status: 503, body: {} }, 5000],
      ['cut before it arrived', 'reset', 5000],
      ['never answered', 'hang', 1500],
    ])(
      'is %s: not known to have happened, and not asked twice',
      async (_what, answer, timeout) => {
        const first = await ready(change);
        const before = (await started.platform().live(never)).deployment;
        started.fail({ ...begins[change], answer });
        const { verdict, codes, times, live } = await carryOut(change, first, timeout);
        expect({ verdict, codes, times }).toEqual({ verdict: 'error', codes: ['platform/uncertain'], times: 1 });
        expect(live).toEqual(before);
      },
      15_000,
    );

    test('is found when its answer is lost, and not asked twice', async () => {
      const first = await ready(change);
      started.fail({ ...begins[change], answer: 'lose-answer' });
      expect(await carryOut(change, first)).toMatchObject({ verdict: 'passed', times: 1 });
    });
  });
});

describe.each(platforms.filter(({ cancels }) => cancels))('a deploy to $name', ({ start, good, begins, cancels }) => {
  test('that is cancelled before the platform has answered is cancelled there too', async () => {
    const started = await start(slowState);
    started.fail({ ...begins.deploy, answer: 'keep-answer' });
    const controller = new AbortController();
    const progress = listener();
    const deployed = started.platform({ timeout: 60_000 }).deploy(good, controller.signal, progress);
    const outcome = deployed.catch((error: unknown) => error);
    const { on = /^/, body = /^/ } = begins.deploy;
    const isBegun = ({ method, path, status, ...one }: RecordedRequest) =>
      status > 0 && on.test(`${method} ${path}`) && body.test(JSON.stringify(one.body ?? ''));
    while (!started.requests.some(isBegun)) await new Promise(resolve => setTimeout(resolve, 5));
    controller.abort(new Error('cancelled'));

    expect(await outcome).toMatchObject({ message: 'cancelled' });
    const asked = started.requests.map(({ method, path, body }) => `${method} ${path} ${JSON.stringify(body ?? '')}`);
    expect(asked.filter(one => cancels?.test(one))).toHaveLength(1);
    expect(progress.said.join('\n')).toMatch(/was cancelled on/);
    await started.stop();
  });
});

function said(outcome: Change | unknown): { verdict: string; codes: string[] } {
  if (outcome instanceof GateError) return { verdict: 'error', codes: codesOf(outcome.findings) };
  if (typeof outcome !== 'object' || outcome === null || !('verdict' in outcome)) throw outcome;
  const { verdict, findings } = outcome as Change;
  return { verdict, codes: codesOf(findings) };
}
