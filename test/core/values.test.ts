import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatDuration, parseDuration } from '../../src/core/duration.ts';
import { formatError, GateError } from '../../src/core/errors.ts';
import { found } from '../../src/core/finding.ts';
import { cancelled } from '../../src/core/gate-findings.ts';
import { findNearest, suggestName } from '../../src/core/nearest.ts';
import { createRecord, parseRecord } from '../../src/core/record.ts';
import { pickWorst, type Verdict } from '../../src/core/verdict.ts';

describe('the verdict of many', () => {
  test.each<[Verdict[], Verdict]>([
    [[], 'passed'],
    [['passed', 'passed'], 'passed'],
    [['passed', 'inconclusive'], 'inconclusive'],
    [['inconclusive', 'error', 'passed'], 'error'],
    [['error', 'failed', 'inconclusive'], 'failed'],
  ])('%j is %s', (verdicts, verdict) => {
    expect(pickWorst(verdicts)).toBe(verdict);
  });

  test('does not depend on their order', () => {
    const verdicts = fc.array(fc.constantFrom<Verdict>('passed', 'failed', 'inconclusive', 'error'));
    fc.assert(fc.property(verdicts, list => expect(pickWorst(list)).toBe(pickWorst(list.toReversed()))));
  });
});

describe('a duration', () => {
  test.each([
    ['200ms', 200],
    ['30s', 30_000],
    ['1.5s', 1500],
    ['1.1s', 1100],
    ['0.0005s', 1],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    [' 30s ', 30_000],
    ['0s', 0],
  ])('%s is %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    '5',
    '',
    's',
    '-5s',
    '5 s',
    '5sec',
    '5S',
    '1e3ms',
    '1,5s',
    '٣s',
    '5s\n5s',
    'Infinitys',
    '25d',
    `${'9'.repeat(400)}s`,
  ])('%j is none', text => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test('is a whole number of milliseconds, as timers need it', () => {
    const texts = fc.tuple(
      fc.integer({ min: 0, max: 99 }),
      fc.integer({ min: 0, max: 999 }),
      fc.constantFrom('s', 'm'),
    );
    fc.assert(
      fc.property(texts, ([whole, part, unit]) => {
        expect(Number.isInteger(parseDuration(`${whole}.${part}${unit}`))).toBe(true);
      }),
    );
  });

  test.each([
    [0, '0 ms'],
    [84.6, '85 ms'],
    [999.7, '1 s'],
    [4249, '4.2 s'],
    [59_990, '1 min'],
    [200_000, '3 min 20 s'],
    [120_000, '2 min'],
    [5_400_000, '90 min'],
    [108_000_000, '30 h'],
    [194_400_000, '2 d 6 h'],
  ])('%d ms reads as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('what was meant', () => {
  const keys = ['environments', 'services', 'env', 'schema', 'probe', 'smoke'];

  test.each([
    ['enviroments', 'environments'],
    ['Services', 'services'],
    ['prob', 'probe'],
    ['smokes', 'smoke'],
    ['evn', 'env'],
    ['deployments', undefined],
    ['xy', undefined],
    ['', undefined],
  ])('by "%s" is %s', (word, key) => {
    expect(findNearest(word, keys)).toBe(key);
  });

  test('is no word that shares nothing with it', () => {
    expect(findNearest('ab', ['cd'])).toBeUndefined();
    expect(findNearest('a', ['b'])).toBeUndefined();
  });

  test('is listed when nothing is near', () => {
    expect(suggestName('deployments', ['env', 'probe'])).toBe('Known here: env, probe.');
    expect(suggestName('anything', [])).toBe('None are known here.');
  });
});

describe('a release record', () => {
  const record = createRecord('production', 'abc');

  test('comes back as it was', () => {
    const full = {
      ...record,
      services: { api: { platform: 'fly', before: { id: 'image:1' }, after: { id: 'image:2', commit: 'abc' } } },
      databases: { main: { after: '2_add', applied: ['2_add'] } },
    };
    expect(parseRecord(JSON.stringify(full))).toEqual(full);
    expect(parseRecord(full)).toEqual(full);
  });

  test.each([
    ['no JSON', '{'],
    ['another value', '"text"'],
    ['nothing', ''],
    ['another version', JSON.stringify({ ...record, version: 2 })],
    ['a part missing', JSON.stringify({ ...record, gates: undefined })],
    [
      'a time that is none',
      JSON.stringify({
        ...record,
        gates: [{ gate: 'probe', verdict: 'passed', startedAt: 'soon', finishedAt: 'later', checks: 1, findings: [] }],
      }),
    ],
  ])('is not read from %s', (_, text) => {
    expect(parseRecord(text)).toBeUndefined();
  });

  test('keeps what a newer version added to it', () => {
    expect(parseRecord(JSON.stringify({ ...record, extra: 1 }))).toEqual({ ...record, extra: 1 });
  });

  test('is not changed by names that mean something to JavaScript', () => {
    const text =
      '{"version":1,"environment":"","commit":"","services":{"constructor":{"platform":"fly"},"__proto__":{"platform":"fly"}},"databases":{},"gates":[]}';
    expect(Object.keys(parseRecord(text)?.services ?? {})).toContain('constructor');
    expect({}).not.toHaveProperty('platform');
  });
});

describe('the message of what was thrown', () => {
  test.each([
    ['an error', new Error('broken'), 'broken'],
    ['one with its cause', new Error('outer', { cause: new Error('inner') }), 'outer: inner'],
    ['a cause that was said already', new Error('outer: inner', { cause: new Error('inner') }), 'outer: inner'],
    ['one without a message', Object.assign(new Error(''), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['several', new AggregateError([new Error('first'), new Error('second')], 'all failed'), 'all failed: first'],
    ['a text', 'text', 'text'],
    ['nothing', undefined, 'undefined'],
  ])('%s', (_, thrown, message) => {
    expect(formatError(thrown)).toBe(message);
  });

  test('of a gate that cannot go on is what its findings say', () => {
    const error = new GateError([found(cancelled, { message: 'Seen.', help: 'Do this.' })]);
    expect(error.message).toBe('Seen. Do this.');
  });
});
