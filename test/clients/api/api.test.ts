import { afterEach, describe, expect, test } from '@jest/globals';
import type { Finding } from '../../../src/core/finding.ts';
import { platformOn as flyOn, startApp } from '../../platforms/fly/fly.ts';
import { platformOn as railwayOn, startEnvironment } from '../../platforms/railway/railway.ts';
import { platformOn as renderOn, startService } from '../../platforms/render/render.ts';
import { fastClock, findingsOf, never } from '../../platforms/support.ts';
import { startProject, platformOn as vercelOn } from '../../platforms/vercel/vercel.ts';
import type { Fault } from '../../support/emulators/faults.ts';

interface Asked {
  name: string;
  variable: string;
  start(): Promise<{
    stop(): Promise<void>;
    fail(fault: Fault): void;
    requests: unknown[];
    live(options: Options): Promise<unknown>;
  }>;
}

interface Options {
  clock?: ReturnType<typeof fastClock>;
  timeout?: number;
  token?: string;
  baseUrl?: string;
}

/** What each adapter does with an answer that is none of the vendor's good ones, asked what is live. */
const platforms: Asked[] = [
  {
    name: 'Fly.io',
    variable: 'FLY_API_TOKEN',
    start: async () => {
      const fly = await startApp({ machines: 1 });
      const live = ({ clock = fastClock(100), timeout, token, baseUrl }: Options) => {
        const variables = { ...(token && { FLY_API_TOKEN: token }), ...(baseUrl && { FLY_FLAPS_BASE_URL: baseUrl }) };
        return flyOn(fly, { context: { clock }, variables, ...(timeout && { timeout }) }).live(never);
      };
      return { stop: fly.stop, fail: fly.fail, requests: fly.requests, live };
    },
  },
  {
    name: 'Vercel',
    variable: 'VERCEL_TOKEN',
    start: async () => {
      const vercel = await startProject();
      const live = ({ clock = fastClock(100), timeout, token, baseUrl }: Options) => {
        const variables = { ...(token && { VERCEL_TOKEN: token }), ...(baseUrl && { VERCEL_API_URL: baseUrl }) };
        return vercelOn(vercel, { context: { clock }, variables, ...(timeout && { timeout }) }).live(never);
      };
      return { stop: vercel.stop, fail: vercel.fail, requests: vercel.requests, live };
    },
  },
  {
    name: 'Render',
    variable: 'RENDER_API_KEY',
    start: async () => {
      const render = await startService();
      const live = ({ clock = fastClock(100), timeout, token, baseUrl }: Options) => {
        const variables = { ...(token && { RENDER_API_KEY: token }), ...(baseUrl && { RENDER_HOST: baseUrl }) };
        return renderOn(render, { context: { clock }, variables, ...(timeout && { timeout }) }).live(never);
      };
      return { stop: render.stop, fail: render.fail, requests: render.requests, live };
    },
  },
  {
    name: 'Railway',
    variable: 'RAILWAY_TOKEN',
    start: async () => {
      const railway = await startEnvironment();
      const live = ({ clock = fastClock(100), timeout, token, baseUrl }: Options) => {
        const variables = { ...(token && { RAILWAY_TOKEN: token }), ...(baseUrl && { RAILWAY_API_URL: baseUrl }) };
        return railwayOn(railway, { context: { clock }, variables, ...(timeout && { timeout }) }).live(never);
      };
      return { stop: railway.stop, fail: railway.fail, requests: railway.requests, live };
    },
  },
];

describe.each(platforms)('$name, asked what is live,', ({ name, variable, start }) => {
  let emulator: Awaited<ReturnType<Asked['start']>>;

  afterEach(() => emulator.stop());

  async function findingWhen(answer: Fault['answer'] | undefined, options: Options = {}): Promise<Finding | undefined> {
    emulator = await start();
    if (answer !== undefined) emulator.fail({ times: Number.POSITIVE_INFINITY, answer });
    const [finding] = await findingsOf(emulator.live(options));
    return finding;
  }

  test('names the variable whose token it does not accept', async () => {
    const finding = await findingWhen(undefined, { token: 'some-other-token' });
    expect(finding).toMatchObject({ code: 'platform/bad-token', message: expect.stringContaining(variable) });
    expect(finding?.message).not.toContain('some-other-token');
  });

  test('tells a token without permission from one that is not valid', async () => {
    const finding = await findingWhen({ status: 403, body: { error: 'forbidden' } });
    expect(finding).toMatchObject({ code: 'platform/bad-token', message: expect.stringContaining('does not allow') });
  });

  test('says what is not found', async () => {
    const finding = await findingWhen({ status: 404, body: { error: { message: 'no such thing' } } });
    expect(finding).toMatchObject({
      code: 'platform/not-found',
      message: expect.stringMatching(/pm-backend|app\.example\.com|web|srv-api|the project of the token/),
    });
  });

  test.each([
    ['seconds', () => '7', 7000],
    ['an HTTP date', () => new Date(Date.now() + 20_000).toUTCString(), undefined],
    ['nothing', () => undefined, 1000],
  ])('waits after a 429 for as long as it is asked to, in %s', async (_form, header, pause) => {
    emulator = await start();
    const clock = fastClock(100);
    const retryAfter = header();
    emulator.fail({ answer: { status: 429, ...(retryAfter && { retryAfter }) } });
    await emulator.live({ clock });
    if (pause === undefined) expect(clock.slept[0]).toBeGreaterThan(10_000);
    else expect(clock.slept[0]).toBe(pause);
  });

  test('gives up when it is asked to wait for too long', async () => {
    const clock = fastClock(100);
    const finding = await findingWhen({ status: 429, retryAfter: 3600 }, { clock });
    expect(finding).toMatchObject({
      code: 'platform/unavailable',
      message: expect.stringContaining('Retry-After: 3600'),
    });
    expect(clock.slept).toEqual([]);
  });

  test('asks again after a 500 that passes', async () => {
    emulator = await start();
    emulator.fail({ answer: { status: 500, body: {} } });
    await expect(emulator.live({})).resolves.toBeDefined();
  });

  test('is unavailable after 500s that do not pass, which is no verdict on the release', async () => {
    const finding = await findingWhen({ status: 503, body: {} });
    expect(finding).toMatchObject({
      code: 'platform/unavailable',
      message: expect.stringContaining(`${name} gave no usable answer`),
    });
    expect(finding?.help).toContain('says nothing about the release');
  });

  test('says that a page is not JSON, and how it begins', async () => {
    const finding = await findingWhen({ status: 200, html: '<!doctype html><title>Sign in</title>' });
    expect(finding).toMatchObject({ code: 'platform/not-json', message: expect.stringContaining('<title>Sign in') });
  });

  test('hides a token in what it says, also where that is cut', async () => {
    const html = `${'x'.repeat(190)}some-other-token`;
    const finding = await findingWhen({ status: 200, html }, { token: 'some-other-token' });
    expect(finding?.message).toMatch(/x\*\*\*$/);
  });

  test('does not rely on JSON of another form', async () => {
    const finding = await findingWhen({ status: 200, body: { hello: 'world' } });
    expect(finding).toMatchObject({ code: 'platform/unexpected-answer' });
  });

  test('gives up on a connection that hangs', async () => {
    const finding = await findingWhen('hang', { timeout: 50, clock: fastClock(1000) });
    expect(finding).toMatchObject({ code: 'network/timed-out' });
  });

  test('gives up on a connection that is cut again and again', async () => {
    const finding = await findingWhen('reset');
    expect(finding).toMatchObject({ code: 'network/connection-lost' });
  });

  test('gets over a connection that is cut once', async () => {
    emulator = await start();
    emulator.fail({ answer: 'reset' });
    await expect(emulator.live({})).resolves.toBeDefined();
  });

  test('says that nothing listens at the base URL', async () => {
    const finding = await findingWhen(undefined, { baseUrl: 'http://127.0.0.1:1' });
    expect(finding).toMatchObject({
      code: 'network/connection-refused',
      help: expect.stringContaining('127.0.0.1:1'),
    });
  });
});

test('a redirect is no answer, least of all to a change', async () => {
  const railway = await startEnvironment();
  railway.fail({ times: Number.POSITIVE_INFINITY, answer: { status: 308, headers: { location: '/elsewhere' } } });
  const [finding] = await findingsOf(railwayOn(railway).setAutoDeploys?.(undefined, never) ?? Promise.resolve());
  expect(finding).toMatchObject({ code: 'platform/unexpected-answer', message: expect.stringContaining('308') });
  await railway.stop();
});
