import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { GateError } from '../../src/core/errors.ts';
import { Redactor } from '../../src/core/redaction.ts';
import { type Call, createGitHub } from '../../src/github/api.ts';
import { fastClock } from '../platforms/support.ts';
import { testContext } from '../support/context.ts';
import type { Fault } from '../support/emulators/faults.ts';
import { type GitHubEmulator, startGitHub } from '../support/emulators/github/index.ts';

const token = 'not-a-real-github-token';
const always = Number.POSITIVE_INFINITY;
let github: GitHubEmulator;
let clock: ReturnType<typeof fastClock>;

beforeEach(async () => {
  github = await startGitHub({ repository: 'acme/shop', token });
  clock = fastClock(1000);
});
afterEach(() => github.stop());

function connect(overrides: Parameters<typeof testContext>[0] = {}) {
  const variables = { GITHUB_REPOSITORY: 'acme/shop', GITHUB_API_URL: github.apiUrl, GITHUB_RUN_ID: '7' };
  return createGitHub(testContext({ variables, clock, ...overrides }), token);
}

const read: Call<unknown> = { what: 'the deployments', send: (rest, at) => rest.repos.listDeployments({ ...at }) };
const write: Call<unknown> = {
  what: 'an issue',
  permission: 'issues: write',
  send: (rest, at) => rest.issues.create({ ...at, title: 'Release' }),
};

const badGateway: Fault['answer'] = { status: 502, html: '<html>Bad gateway</html>' };
const tooMany: Fault['answer'] = { status: 429, body: { message: 'Too many requests' }, retryAfter: 7 };
const secondaryLimit = (retryAfter?: number): Fault['answer'] => ({
  status: 403,
  body: { message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.' },
  ...(retryAfter !== undefined && { retryAfter }),
});

/** The message of the one finding that the call ends with. */
async function messageOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    error => error,
  );
  if (!(error instanceof GateError)) throw error ?? new Error('it worked');
  expect(error.findings).toMatchObject([{ code: 'gate/github-unavailable' }]);
  return error.findings[0]?.message ?? '';
}

describe('a read', () => {
  test.each([
    ['a server error', badGateway, [1000, 2000]],
    ['a rate limit that says how long', tooMany, [7000, 7000]],
    ['a secondary limit that says how long', secondaryLimit(30), [30_000, 30_000]],
    ['a secondary limit that does not', secondaryLimit(), [60_000]],
    ['a connection that is cut', 'reset', [1000, 2000]],
    ['an answer that is lost', 'lose-answer', [1000, 2000]],
  ] as [string, Fault['answer'], number[]][])('is sent again after %s', async (_, answer, pauses) => {
    github.fail({ answer, times: pauses.length });
    await expect(connect().call(read)).resolves.toEqual([]);
    expect(clock.slept).toEqual(pauses);
  });

  test('gives up after five attempts', async () => {
    github.fail({ answer: badGateway, times: always });
    const message = await messageOf(connect().call(read));
    expect(message).toMatch(/^The request to GitHub for the deployments failed 5 times: .*Bad gateway.*\.$/);
    expect(github.requests).toHaveLength(5);
  });

  test('does not wait for longer than a minute and a half', async () => {
    github.fail({ answer: secondaryLimit(600) });
    expect(await messageOf(connect().call(read))).toMatch(/secondary rate limit/);
    expect(clock.slept).toEqual([]);
  });

  test('waits until a used-up limit resets', async () => {
    const reset = Math.ceil(clock.now() / 1000) + 20;
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) };
    github.fail({ answer: { status: 403, body: { message: 'API rate limit exceeded.' }, headers } });
    await connect().call(read);
    expect(clock.slept).toHaveLength(1);
    expect(clock.slept[0]).toBeGreaterThan(18_000);
    expect(clock.slept[0]).toBeLessThanOrEqual(21_000);
  });

  test('is not sent before a used-up limit resets that is too long to wait for', async () => {
    const client = connect();
    const headers = {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Math.ceil(clock.now() / 1000) + 600),
    };
    github.fail({ answer: { status: 403, body: { message: 'API rate limit exceeded.' }, headers } });
    await messageOf(client.call(read));
    expect(await messageOf(client.call(read))).toMatch(/API rate limit exceeded.*not before \d\d:\d\d:\d\d UTC/);
    expect(github.requests).toHaveLength(1);
    await clock.sleep(602_000, new AbortController().signal);
    await client.call(read);
    expect(github.requests).toHaveLength(2);
  });

  test('is sent once when GitHub is down already, and patiently again when it is back', async () => {
    const client = connect();
    github.fail({ answer: badGateway, times: 6 });
    await messageOf(client.call(read));
    expect(await messageOf(client.call(read))).toMatch(/ failed: /);
    await client.call(read);
    github.fail({ answer: badGateway });
    await client.call(read);
    expect(clock.slept).toEqual([1000, 2000, 4000, 8000, 1000]);
  });
});

describe('a change', () => {
  test.each([
    ['a rate limit', tooMany],
    ['a secondary limit', secondaryLimit(1)],
  ])('is sent again after %s, which carries nothing out', async (_, answer) => {
    github.fail({ answer, times: 2 });
    await connect().call(write);
    expect(github.issues.all).toHaveLength(1);
  });

  test.each([
    ['a server error', badGateway, 0],
    ['a connection that is cut', 'reset', 0],
    ['an answer that is lost', 'lose-answer', 1],
  ] as [string, Fault['answer'], number][])('is never sent again after %s', async (_, answer, issues) => {
    github.fail({ answer });
    const message = await messageOf(connect().call(write));
    expect(message).toMatch(/^The request to GitHub for an issue failed and may have taken effect/);
    expect(github.issues.all).toHaveLength(issues);
    expect(github.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  test('is sent again where nothing listens', async () => {
    await github.stop();
    expect(await messageOf(connect().call(write))).toMatch(/failed 5 times: GitHub gave no answer: .*ECONNREFUSED/);
  });
});

test('what people read on GitHub is redacted', async () => {
  const redactor = new Redactor();
  redactor.add('fake-secret');
  await connect({ redactor }).call({
    what: 'an issue',
    send: (rest, at) => rest.issues.create({ ...at, title: 'of fake-secret', body: 'It is fake-secret.' }),
  });
  expect(github.issues.all).toMatchObject([{ title: 'of ***', body: 'It is ***.' }]);
});

test('a refusal is final', async () => {
  github.fail({ answer: { status: 403, body: { message: 'Resource not accessible by integration' } } });
  await expect(connect().call(write)).rejects.toMatchObject({
    findings: [{ code: 'gate/github-refused', help: expect.stringContaining('issues: write') }],
  });
  expect(clock.slept).toEqual([]);
});

describe('a cancelled run', () => {
  test('ends a pause', async () => {
    const controller = new AbortController();
    const reason = new GateError([]);
    github.fail({ answer: badGateway, times: always });
    const slow = { now: () => Date.now(), sleep: fastClock(1).sleep };
    const ended = connect({ signal: controller.signal, clock: slow }).call(read);
    setTimeout(() => controller.abort(reason), 200);
    await expect(ended).rejects.toBe(reason);
  });

  test('leaves time for one attempt', async () => {
    github.fail({ answer: badGateway });
    expect(await messageOf(connect({ signal: AbortSignal.abort(new GateError([])) }).call(read))).toMatch(/ failed: /);
    expect(github.requests).toHaveLength(1);
  });
});
