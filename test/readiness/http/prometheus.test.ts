import { expect, test } from '@jest/globals';
import { parsePrometheus, selectSamples } from '../../../src/readiness/http/prometheus.ts';

const infinity = Number.POSITIVE_INFINITY;

test.each<[string, object]>([
  ['up 1', { name: 'up', labels: {}, value: 1 }],
  ['up\t 1e3 1700000000000', { name: 'up', labels: {}, value: 1000 }],
  ['up +Inf', { name: 'up', labels: {}, value: infinity }],
  ['up -inf', { name: 'up', labels: {}, value: -infinity }],
  ['up nan', { name: 'up', labels: {}, value: Number.NaN }],
  ['up 0x1.8p3', { name: 'up', labels: {}, value: 12 }],
  ['up -.5', { name: 'up', labels: {}, value: -0.5 }],
  ['up 3.', { name: 'up', labels: {}, value: 3 }],
  ['up {} 1', { name: 'up', labels: {}, value: 1 }],
  ['http { code = "200" , method="GET", } 7', { name: 'http', labels: { code: '200', method: 'GET' }, value: 7 }],
  ['path{p="C:\\\\a\\n\\"b\\"",q="a}b,c=d"} 1', { name: 'path', labels: { p: 'C:\\a\n"b"', q: 'a}b,c=d' }, value: 1 }],
  ['{"my.metric", "a.b"="ü"} 1', { name: 'my.metric', labels: { 'a.b': 'ü' }, value: 1 }],
  ['{"my.metric"} 1', { name: 'my.metric', labels: {}, value: 1 }],
  [
    'latency_bucket{le="0.1"} 8 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.067 1520879606.1',
    { name: 'latency_bucket', labels: { le: '0.1' }, value: 8 },
  ],
])('%j is a sample', (line, sample) => {
  expect(parsePrometheus(`# HELP x y\n\n${line}\r\n# EOF\n`)).toEqual({ samples: [sample] });
});

test.each([
  '<html>',
  'up',
  'up one',
  'up 1 two',
  'up 1 2 3',
  'up{a} 1',
  'up{a=1} 1',
  'up{a="1"',
  'up{a="1" b="2"} 1',
  'up{,} 1',
  '{a="1"} 1',
  'up 1_000',
  'up 0b1',
])('%j is none', line => {
  expect(parsePrometheus(`up 1\n${line}`)).toEqual({ line: 2, text: line });
});

test.each([
  ['http{code="200"}', 1],
  ['http', 2],
  ['{"http", code = "500"}', 1],
  ['other', 0],
])('%s selects', (selector, count) => {
  const parsed = parsePrometheus('http{code="200"} 1\nhttp{code="500"} 2');
  expect('samples' in parsed && selectSamples(selector, parsed.samples)).toHaveLength(count);
});
