import { expect, test } from '@jest/globals';
import { codes, probeOne, serve } from './support.ts';

test('an expression that takes too long is an error of the configuration, not a verdict on the release', async () => {
  const url = await serve((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ name: 'a'.repeat(40) }));
  });
  const report = await probeOne(
    'get: /, deadline: 5s, expect: { values: { $.name: { matches: "(a+)+\\\\1b" } } }',
    url,
  );
  expect(report.verdict).toBe('error');
  expect(codes(report)).toEqual(['error config/slow-pattern']);
});
