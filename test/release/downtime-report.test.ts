import { describe, expect, test } from '@jest/globals';
import { judgeDowntime, measureDowntime, type Sample } from '../../src/release/downtime-report.ts';

/** One answer every 100 ms, each after 10 ms. */
function sample(results: Sample['result'][], version: Sample['version'] = 'old'): Sample[] {
  return results.map((result, index) => ({ at: index * 100, took: 10, result, version }));
}

describe('the downtime of a service', () => {
  test.each([
    ['without failures', [200, 200, 304], 0],
    ['between two good answers', [200, 503, 503, 200], 300],
    ['up to the last request', [200, 'connection refused'], 100],
    ['from the first request on', ['timeout', 200], 110],
  ])('has its longest gap %s', (_where, results, gap) => {
    expect(measureDowntime('api', sample(results)).gap).toBe(gap);
  });

  test('counts no status as a failure that the service had from the start, such as 404 at its root', () => {
    expect(measureDowntime('api', sample([404, 404])).failed).toEqual([]);
    expect(measureDowntime('api', sample([503, 503])).failed).toHaveLength(2);
  });

  test('draws one bar for each version', () => {
    const { timeline } = measureDowntime('api', [
      ...sample([200, 200]),
      { at: 200, took: 10, result: 503, version: 'unknown' },
      { at: 300, took: 10, result: 200, version: 'new' },
    ]);
    expect(timeline).toEqual([
      { section: 'api', name: 'the old version answers', verdict: 'passed', startedAt: 0, finishedAt: 110 },
      { section: 'api', name: 'no good answer', verdict: 'failed', startedAt: 200, finishedAt: 210 },
      { section: 'api', name: 'the new version answers', verdict: 'passed', startedAt: 300, finishedAt: 310 },
    ]);
  });

  test.each([
    [undefined, 'passed', 'warning'],
    [300, 'passed', 'warning'],
    [299, 'failed', 'error'],
  ])('with %s ms allowed is %s', (allowed, verdict, severity) => {
    const outcome = judgeDowntime(measureDowntime('api', sample([200, 503, 503, 200])), allowed);
    expect(outcome).toMatchObject({
      verdict,
      detail: '4 requests, 2 failed, the longest gap was 300 ms',
      findings: [
        {
          code: 'deploy/downtime',
          severity,
          message: 'Of 4 requests to api, 2 failed, and the longest gap was 300 ms: 2 × 503.',
        },
      ],
    });
  });
});
