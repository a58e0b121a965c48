import { expect, test } from '@jest/globals';
import { runGate } from '../../support/run-built.ts';
import { serve } from './support.ts';

test('the built action watches, plots what it saw, and fails the step of a bad release', async () => {
  let count = 0;
  const url = await serve((_request, response) => {
    response.statusCode = ++count % 3 === 0 ? 500 : 200;
    response.end('ok');
  });
  const result = await runGate('watch', {
    config: `watch: { api: { requests: { get: "${url}/", rate: 50, for: 30s } } }`,
    with: { 'at-least': '0s' },
  });
  expect([result.outputs.verdict, result.findings.map(({ code }) => code)]).toEqual(['failed', ['watch/above-bound']]);
  expect(result.summary).toContain('xychart-beta');
  expect(result.record?.gates).toMatchObject([{ gate: 'watch', verdict: 'failed' }]);
});

test('the built action says what is wrong with a signal, and watches nothing', async () => {
  const config = 'watch: { api: { requests: { get: /, ratee: 50 } } }';
  const result = await runGate('watch', { config });
  expect(result.outputs.verdict).toBe('error');
  expect(result.findings[0]?.message).toContain('ratee');
});
