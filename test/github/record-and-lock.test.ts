import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createRecord } from '../../src/core/record.ts';
import { createGitHub } from '../../src/github/api.ts';
import { createReleases } from '../../src/github/deployments.ts';
import { createLock } from '../../src/github/lock.ts';
import { fastClock } from '../platforms/support.ts';
import { testContext } from '../support/context.ts';
import type { Fault } from '../support/emulators/faults.ts';
import { type GitHubEmulator, startGitHub } from '../support/emulators/github/index.ts';

const token = 'not-a-real-github-token';
const commit = 'a'.repeat(40);
let github: GitHubEmulator;

beforeEach(async () => {
  github = await startGitHub({ repository: 'acme/shop', token });
});
afterEach(() => github.stop());

function connect() {
  const variables = { GITHUB_REPOSITORY: 'acme/shop', GITHUB_API_URL: github.apiUrl, GITHUB_RUN_ID: '7' };
  return createGitHub(testContext({ variables, clock: fastClock(1000) }), token);
}

const record = () => createReleases(connect()).open(createRecord('production', commit));
const lock = () => createLock(connect(), 'acme/shop', 'production').take(createRecord('production', commit));
const underWay = () => createReleases(connect()).underWay('production');
const holder = () => createLock(connect(), 'acme/shop', 'production').holder();

const limited: [string, Fault['answer']][] = [
  ['a 429', { status: 429, body: { message: 'Too many requests' }, retryAfter: 1 }],
  ['a secondary limit', { status: 403, body: { message: 'You have exceeded a secondary rate limit.' }, retryAfter: 1 }],
];
const lost: [string, Fault['answer']][] = [
  ['a 502', { status: 502, html: '<html>Bad gateway</html>' }],
  ['a dropped connection', 'reset'],
  ['a lost answer', 'lose-answer'],
];

const cases = (faults: [string, Fault['answer']][], works: [string, () => Promise<unknown>][]) =>
  faults.flatMap(([fault, answer]) => works.map(([what, work]) => [what, fault, answer, work] as const));

test.each(
  cases(limited, [
    ['the record', record],
    ['the lock', lock],
  ]),
)('%s is written once after %s', async (_what, _fault, answer, work) => {
  github.fail({ on: /^POST /, answer, times: 3 });
  await work();
  expect(github.deployments.all).toHaveLength(1);
  expect(github.deployments.all[0]?.statuses.at(-1)?.state).toBe('in_progress');
});

// GitHub may have carried it out, and a second deployment would be another release.
test.each(
  cases(lost, [
    ['the record', record],
    ['the lock', lock],
  ]),
)('%s is not written twice after %s, and the gate hears of it', async (_what, _fault, answer, work) => {
  github.fail({ on: /^POST .*\/deployments$/, answer });
  await expect(work()).rejects.toMatchObject({
    findings: [{ code: 'gate/github-unavailable', message: expect.stringContaining('may have taken effect') }],
  });
  expect(github.deployments.all.length).toBeLessThanOrEqual(1);
  expect(github.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test.each(
  cases(
    [...limited, ...lost],
    [
      ['the release under way', underWay],
      ['the holder of the lock', holder],
    ],
  ),
)('%s is read again after %s', async (_what, _fault, answer, work) => {
  github.fail({ on: /^GET /, answer, times: 2 });
  await expect(work()).resolves.toBeUndefined();
});
