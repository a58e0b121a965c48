import { describe, expect, test } from '@jest/globals';
import { judgeStatus, type RetryHeaders, type RetryPolicy, retrying } from '../../../src/clients/api/retry.ts';
import { fastClock, never } from '../../platforms/support.ts';

interface Answer {
  status: number;
  headers?: RetryHeaders;
}

const ok: Answer = { status: 200 };
const unwell: Answer = { status: 503 };

async function retry(answers: Answer[], policy: Partial<RetryPolicy<Answer>> = {}) {
  const clock = fastClock(1000);
  const queue = [...answers];
  const result = await retrying(
    {
      clock,
      signal: never,
      repeatable: true,
      judge: ({ status }) => judgeStatus(status),
      getHeaders: ({ headers = {} }) => headers,
      onRetry: () => {},
      ...policy,
    },
    async () => queue.shift() ?? unwell,
  );
  return { ...result, slept: clock.slept };
}

test('the first final answer ends it', async () => {
  expect(await retry([unwell, ok])).toMatchObject({ answer: ok, attempts: 2, end: 'final', slept: [1000] });
});

test('gives up after five attempts', async () => {
  expect(await retry([])).toMatchObject({ attempts: 5, end: 'given-up', slept: [1000, 2000, 4000, 8000] });
});

describe('a request that changes something', () => {
  test('is sent once when it may have been carried out', async () => {
    expect(await retry([unwell, ok], { repeatable: false })).toMatchObject({ attempts: 1, end: 'uncertain' });
  });

  test('is sent again when a rate limit refused it', async () => {
    expect(await retry([{ status: 429 }, ok], { repeatable: false })).toMatchObject({ attempts: 2, end: 'final' });
  });
});

describe('the pause', () => {
  const inSeconds = (seconds: number) => Math.ceil(Date.now() / 1000) + seconds;
  const limited = (headers: RetryHeaders): Answer => ({ status: 429, headers });

  test('is what Retry-After asks for', async () => {
    const headers = { 'retry-after': '7', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 60 };
    expect((await retry([limited(headers), ok])).slept).toEqual([7000]);
  });

  test.each([
    ['a date', (reset: number) => new Date(reset).toISOString()],
    ['milliseconds since the epoch', (reset: number) => String(reset)],
  ])('lasts until a reset in %s', async (_form, write) => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': write(Date.now() + 20_000) };
    const { slept } = await retry([limited(headers), ok]);
    expect(slept[0]).toBeGreaterThan(18_000);
    expect(slept[0]).toBeLessThanOrEqual(20_000);
  });

  test('lasts until a used-up rate limit resets', async () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(20) };
    const { slept } = await retry([limited(headers), ok]);
    expect(slept[0]).toBeGreaterThan(10_000);
    expect(slept[0]).toBeLessThan(22_000);
  });

  test('lasts the seconds that are left of a rate limit', async () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '12' };
    expect((await retry([limited(headers), ok])).slept).toEqual([12_000]);
  });

  test('lasts until a rate limit without `x-` in its headers resets', async () => {
    const headers = { 'ratelimit-remaining': '0', 'ratelimit-reset': '12' };
    expect((await retry([limited(headers), ok])).slept).toEqual([12_000]);
  });

  test('is told when it is too long to wait for', async () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '600' };
    const { end, refusedUntil = 0 } = await retry([limited(headers), ok]);
    expect(end).toBe('given-up');
    expect(refusedUntil - Date.now()).toBeGreaterThan(590_000);
  });

  test('is not read from a rate limit that has requests left', async () => {
    const headers = { 'x-ratelimit-remaining': '999', 'x-ratelimit-reset': '3600' };
    expect((await retry([limited(headers), ok])).slept).toEqual([1000]);
  });

  test('is not spent when it is too long', async () => {
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(3600) };
    expect(await retry([limited(headers), ok])).toMatchObject({ attempts: 1, end: 'given-up', slept: [] });
  });
});
