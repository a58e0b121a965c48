import { describe, expect, test } from '@jest/globals';
import { codes, serve, watchSignals } from './support.ts';

const quick = 'rate: 50, for: 30s';

describe('the requests of the gate', () => {
  test('pass as soon as it is clear that all is well', async () => {
    const url = await serve((_request, response) => response.end('ok'));
    const report = await watchSignals(
      `requests: { get: /, ${quick}, errors: { at-most: 20% }, latency: { p50: 1s } }`,
      url,
    );
    expect(report).toMatchObject({ verdict: 'passed', checks: [{ name: 'api.requests', findings: [] }] });
    expect(report.finishedAt - report.startedAt).toBeLessThan(10_000);
    expect(report.checks[0]?.detail).toMatch(
      /^0 of \d+ requests failed \(0 %\), at most 20 % may; p50 is .* on \d+ answers, at most 1 s$/,
    );
  });

  test('fail as soon as errors are clearly too many', async () => {
    let count = 0;
    const url = await serve((_request, response) => {
      response.statusCode = ++count % 2 === 0 ? 500 : 200;
      response.end();
    });
    const report = await watchSignals(`requests: { get: /, ${quick}, errors: { at-most: 5% } }`, url);
    expect([report.verdict, codes(report)]).toEqual(['failed', ['error watch/above-bound']]);
    expect(report.headline).toMatch(/api\.requests: \d+ of \d+ requests failed \(\d+(\.\d)? %\), at most 5 % may\.$/);
  });

  test('fail when the answers are too slow', async () => {
    const url = await serve((_request, response) => setTimeout(() => response.end('ok'), 30));
    const report = await watchSignals(`requests: { get: /, ${quick}, latency: { p95: 10ms } }`, url);
    expect([report.verdict, codes(report)]).toEqual(['failed', ['error watch/too-slow']]);
    expect(report.headline).toMatch(/p95 is \d+ ms.* on \d+ answers, at most 10 ms\.$/);
  });

  test('fail when nothing answers any more for as long as `failing-for`', async () => {
    let answered = 0;
    const url = await serve((request, response) => {
      if (++answered > 5) request.socket.destroy();
      else response.end('ok');
    });
    const signal = 'requests: { get: /, rate: 50, for: 30s, failing-for: 500ms, errors: { at-most: 99% } }';
    const report = await watchSignals(signal, url);
    expect([report.verdict, codes(report)]).toEqual(['failed', ['error watch/keeps-failing']]);
  });

  test('decide nothing when there were too few, and say how many are missing', async () => {
    const url = await serve((_request, response) => response.end('ok'));
    const report = await watchSignals('requests: { get: /, rate: 20, for: 500ms }', url);
    expect([report.verdict, codes(report)]).toEqual(['inconclusive', ['warning watch/too-little-traffic']]);
    expect(report.checks[0]?.findings[0]?.message).toMatch(
      /After 500 ms, about \d+ more requests.* would have been needed\.$/,
    );
  });

  test('only report where that is wanted', async () => {
    const url = await serve((_request, response) => {
      response.statusCode = 503;
      response.end();
    });
    const report = await watchSignals(`requests: { get: /, ${quick}, report-only: true }`, url);
    expect([report.verdict, codes(report)]).toEqual(['passed', ['warning watch/report-only']]);
  });

  test('end the other signals as soon as one has failed', async () => {
    const url = await serve((request, response) => {
      response.statusCode = request.url === '/bad' ? 500 : 200;
      response.end();
    });
    const signals = `good: { get: /, rate: 20, for: 1m }, bad: { get: /bad, ${quick} }`;
    const report = await watchSignals(signals, url);
    expect(report.checks.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'failed']);
    expect(report.finishedAt - report.startedAt).toBeLessThan(20_000);
  });
});

describe('the metrics of the service', () => {
  test('fail by a counter of errors that grows too fast, whatever it was before', async () => {
    let total = 1000;
    let failed = 900;
    const url = await serve((_request, response) => {
      total += 100;
      failed += 30;
      response.end(
        `http_requests_total{status="200"} ${total - failed}\nhttp_requests_total{status="500"} ${failed}\n`,
      );
    });
    const signal = `errors: { metrics: /metrics, interval: 50ms, for: 30s, events: 'http_requests_total{status="500"}', of: http_requests_total, at-most: 5% }`;
    const report = await watchSignals(signal, url);
    expect([report.verdict, codes(report)]).toEqual(['failed', ['error watch/above-bound']]);
  });

  test('pass over a restart of the service, whose counters begin at zero', async () => {
    let total = 5000;
    const url = await serve((_request, response) => {
      total = total > 6000 ? 0 : total + 200;
      response.end(`http_requests_total{status="200"} ${total}\n`);
    });
    const signal = `errors: { metrics: /metrics, interval: 20ms, for: 30s, events: 'http_requests_total{status="500"}', of: http_requests_total, at-most: 5% }`;
    const report = await watchSignals(signal, url);
    expect([report.verdict, codes(report)]).toEqual(['passed', []]);
  });

  test('fail by memory that keeps growing', async () => {
    let memory = 100e6;
    const url = await serve((_request, response) => {
      memory += 1e6;
      response.end(`process_resident_memory_bytes ${memory}\n`);
    });
    const signal =
      'memory: { metrics: /metrics, interval: 20ms, for: 30s, value: process_resident_memory_bytes, grows-at-most: 50000000 }';
    const report = await watchSignals(signal, url);
    expect([report.verdict, codes(report)]).toEqual(['failed', ['error watch/keeps-growing']]);
  });

  test.each([
    ['a metric that is not there', 'value: no_such_metric, at-most: 1', 'up 1\n', 'watch/no-data'],
    ['a page that is no metrics', 'value: up, at-most: 1', '<html></html>', 'watch/unusable-answer'],
    ['a value that is no number', 'value: up, at-most: 1', 'up NaN\n', 'watch/no-data'],
    ['a bucket that is not there', 'histogram: d, slower-than: 3s', 'd_bucket{le="1"} 1\nd_count 1\n', 'watch/no-data'],
  ])('are an error for %s', async (_what, measure, body, code) => {
    const url = await serve((_request, response) => response.end(body));
    const report = await watchSignals(`it: { metrics: /metrics, interval: 20ms, for: 5s, ${measure} }`, url);
    expect([report.verdict, codes(report)]).toEqual(['error', [`error ${code}`]]);
  });
});

describe('a probe that is repeated', () => {
  const watchProbe = (url: string, name = 'ready') =>
    watchSignals(`it: { probe: ${name}, interval: 20ms, for: 600ms, failing-for: 200ms }`, url, {
      probes: 'ready: { get: /, expect: { json: { ready: true } } }, either: { any-of: [{ get: / }, { get: /x }] }',
    });

  test('passes while it passes', async () => {
    const url = await serve((_request, response) => response.end('{"ready":true}'));
    const report = await watchProbe(url);
    expect([report.verdict, codes(report)]).toEqual(['passed', []]);
    expect(report.checks[0]?.detail).toMatch(/^the probe ready passed (\d+) of \1 times$/);
  });

  test('fails once it has failed for long enough', async () => {
    let count = 0;
    const url = await serve((_request, response) => response.end(`{"ready":${++count < 5}}`));
    const report = await watchProbe(url);
    expect([report.verdict, codes(report)]).toEqual(['failed', ['error watch/keeps-failing']]);
  });

  test.each([
    ['that is not declared', 'redy', 'Did you mean'],
    ['of several', 'either', 'any-of'],
  ])('is refused for a probe %s', async (_what, name, words) => {
    await expect(watchProbe('http://127.0.0.1:1', name)).rejects.toThrow(words);
  });
});

describe('a declaration', () => {
  test.each([
    ['a count without all', 'it: { metrics: /m, events: e }', 'either `events` with `of`'],
    ['a measure that means nothing', 'it: { metrics: /m, value: v }', 'either `events` with `of`'],
    ['patience for a count', 'it: { metrics: /m, events: e, of: a, failing-for: 5m }', 'either `events` with `of`'],
    [
      'a rise without a comparison',
      'it: { prometheus: "http://p", events: e, of: a, times-before: 3 }',
      '`compare: true`',
    ],
    [
      'an address that is not HTTP',
      'it: { metrics: "ftp://host/m", value: v, at-most: 1 }',
      'is not an address in HTTP',
    ],
  ])('is refused for %s', async (_what, signals, words) => {
    await expect(watchSignals(signals, 'http://127.0.0.1:1')).rejects.toThrow(words);
  });
});
