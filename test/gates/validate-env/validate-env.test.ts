import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { listFindings } from '../../../src/core/report.ts';
import { testContext } from '../../support/context.ts';
import { codesOf, validate, validateFile, validateNames } from './support.ts';

const long = 'fake-4f9b2c7d8e1a6035';

describe('a value of its type passes', () => {
  test.each([
    ['{}', 'anything'],
    ['{ type: string, min-length: 3, max-length: 3 }', 'abc'],
    ['{ one-of: [info, warn] }', 'warn'],
    ['{ pattern: "[a-z]+" }', 'abc'],
    ['{ pattern: "a|b" }', 'b'],
    ['{ pattern: "[^$${}]+" }', 'neither dollar nor brace'],
    ['{ type: number }', '-1.5e3'],
    ['{ type: number, min: 1, max: 10 }', '10'],
    ['{ type: boolean }', 'false'],
    ['{ type: port }', '65535'],
    ['{ type: url }', 'https://api.example.com/v1?x=1'],
    ['{ type: url, scheme: wss }', 'wss://api.example.com'],
    ['{ type: origins }', 'https://a.example.com, https://b.example.com:8443'],
    ['{ type: origins, includes: "${app}" }', 'https://app.example.com,https://b.example.com'],
    ['{ type: secret }', long],
    ['{ type: postgres-url }', 'postgres://user:fake@db.example.com/app'],
    ['{ type: postgres-url, pooler: transaction }', 'postgresql://u:fake@aws-0-eu.pooler.supabase.com:6543/postgres'],
    ['{ type: postgres-url, pooler: session }', 'postgresql://u:fake@aws-0-eu.pooler.supabase.com:5432/postgres'],
    ['{ type: postgres-url, pooler: none }', 'postgresql://u:fake@db.abc.supabase.co:5432/postgres'],
    ['{ type: postgres-url, pooler: transaction }', 'postgresql://u:fake@bouncer.example.com/app?pgbouncer=true'],
    ['{ type: redis-url }', 'redis://cache.example.com:6379/0'],
    ['{ type: redis-url, tls: true }', 'rediss://default:fake@cache.example.com:6380'],
    ['{ type: redis-url, tls: false }', 'redis://localhost:6379'],
    ['{ equals: "${app}" }', 'https://app.example.com'],
    ['{ equals: 3 }', '3'],
    ['{ equals: "${OTHER}" }', 'the other'],
    ['{ equals: "$${OTHER}" }', '${OTHER}'],
  ])('%s: %s', async (declared, value) => {
    const report = await validate(`VALUE: ${declared}`, { VALUE: value, OTHER: 'the other' });
    expect(listFindings(report)).toEqual([]);
    expect(report).toMatchObject({ verdict: 'passed', headline: '1 of 1 variable as the contract says.' });
  });
});

describe('a value that is not of its type is told without being shown', () => {
  test.each([
    ['{ min-length: 9 }', 'abcdefgh', 'has 8 characters', 'Use 9 or more characters.'],
    ['{ min-length: 1, max-length: 3 }', 'abcd', 'has 4 characters', 'Use 1 to 3 characters.'],
    ['{ one-of: [info, warn] }', 'wran', 'has a value that is not in its list', 'Set it to warn.'],
    ['{ one-of: [info, warn] }', 'verbose', 'has a value that is not in its list', 'Set it to one of info, warn.'],
    ['{ pattern: "[a-z]+" }', 'abc1', 'does not match its pattern', 'Set it to a value that matches [a-z]+.'],
    ['{ pattern: "a|b" }', 'ab', 'does not match its pattern', 'Set it to a value that matches a|b.'],
    ['{ pattern: "[a-z]+" }', 'abc\ndef', 'does not match its pattern', 'Set it to a value that matches [a-z]+.'],
    ['{ type: number }', '12px', 'is not a number', 'Set it to a number.'],
    ['{ type: number }', '1 2', 'is not a number', 'Set it to a number.'],
    ['{ type: number }', 'Infinity', 'is not a number', 'Set it to a number.'],
    ['{ type: number, min: 1 }', '0', 'is less than 1', 'Set it to at least 1.'],
    ['{ type: number, max: 9 }', '10', 'is more than 9', 'Set it to at most 9.'],
    ['{ type: boolean }', 'yes', 'is neither true nor false', 'Set it to true or false.'],
    ['{ type: boolean }', 'TRUE', 'is neither true nor false', 'Set it to true or false.'],
    ['{ type: port }', '0', 'is not a port', 'Set it to a whole number from 1 to 65535.'],
    ['{ type: port }', '65536', 'is not a port', 'Set it to a whole number from 1 to 65535.'],
    ['{ type: port }', '80.5', 'is not a port', 'Set it to a whole number from 1 to 65535.'],
    ['{ type: url }', 'api.example.com', 'is not a URL', 'Set it to a whole URL, such as https://api.example.com.'],
    [
      '{ type: url }',
      'mailto:a@example.com',
      'is not a URL',
      'Set it to a whole URL, such as https://api.example.com.',
    ],
    [
      '{ type: url }',
      'https://api .example.com',
      'is not a URL',
      'Set it to a whole URL, such as https://api.example.com.',
    ],
    [
      '{ type: url, scheme: https }',
      'http://api.example.com',
      'does not begin with https://',
      'Use a URL that begins with https://.',
    ],
    ['{ type: origins }', '*', 'allows every origin with `*`', 'List the origins that may call the service.'],
    [
      '{ type: origins }',
      'https://a.example.com,*',
      'allows every origin with `*`',
      'List the origins that may call the service.',
    ],
    ['{ type: origins }', 'https://a.example.com/', 'has an item that is not an origin', 'List origins such as'],
    ['{ type: origins }', 'https://a.example.com,', 'has an item that is not an origin', 'List origins such as'],
    [
      '{ type: origins, includes: ["${app}"] }',
      'https://b.example.com',
      'does not include https://app.example.com',
      'Add https://app.example.com to the list.',
    ],
    ['{ type: secret, min-length: 64 }', long, 'has 21 characters', 'Generate one of 64 characters or more'],
    [
      '{ type: postgres-url }',
      'mysql://u:fake@h/db',
      'is not a PostgreSQL connection URL',
      'postgresql://USER:PASSWORD@HOST:PORT/DATABASE',
    ],
    ['{ type: postgres-url }', 'postgresql://u:fake@h:5432', 'names no database', 'Add the name of the database'],
    [
      '{ type: postgres-url, pooler: none }',
      'postgresql://u:fake@x.pooler.supabase.com:6543/d',
      'leads to a pooler in transaction mode',
      'Use the address of the database itself',
    ],
    [
      '{ type: postgres-url, pooler: transaction }',
      'postgresql://u:fake@x.pooler.supabase.com:5432/d',
      'leads to a pooler in session mode',
      'port 6543',
    ],
    [
      '{ type: redis-url }',
      'https://eu.upstash.example.com',
      'is the address of a REST interface',
      'Use the address that begins with rediss://',
    ],
    [
      '{ type: redis-url }',
      'cache.example.com:6379',
      'is not a Redis connection URL',
      'rediss://USER:PASSWORD@HOST:PORT',
    ],
    ['{ type: redis-url, tls: true }', 'redis://h:6379', 'connects without TLS', 'begins with rediss://'],
    ['{ type: redis-url, tls: false }', 'rediss://h:6379', 'connects with TLS', 'begins with redis://'],
  ])('%s: %j', async (declared, value, message, help) => {
    const report = await validate(`VALUE: ${declared}`, { VALUE: value });
    expect(report).toMatchObject({ verdict: 'failed', headline: '0 of 1 variable as the contract says.' });
    expect(listFindings(report)).toMatchObject([
      {
        code: 'env/invalid-value',
        message: expect.stringContaining(`api.VALUE ${message}`),
        help: expect.stringContaining(help),
        place: { path: 'release-gates.yml', line: 2, column: 15 },
      },
    ]);
  });
});

describe('a secret', () => {
  test.each([
    'changeme',
    'CHANGE_ME',
    'your-secret-here',
    '<jwt secret>',
    'example-secret-0123',
    'xxxxxxxxxxxxxxxxxxxx',
    'placeholder',
    'replace-me',
    'TODO',
    'password',
  ])('that everyone can guess: %s', async value => {
    expect(await codesOf('JWT_SECRET: { type: secret }', { JWT_SECRET: value })).toEqual(['env/placeholder']);
  });

  test.each([`"${long}"`, `'${long}`, `${long}\n`, ` ${long}`, `${long}\r\n`, `${long}\t`])(
    'with what does not belong to it: %j',
    async value => {
      expect(await codesOf('JWT_SECRET: { type: secret }', { JWT_SECRET: value })).toEqual(['env/stray-characters']);
    },
  );

  test('that opens two doors', async () => {
    const contract = 'A: { type: secret }, B: { type: secret, differs-from: A }';
    const report = await validate(contract, { A: long, B: long });
    expect(listFindings(report)).toMatchObject([
      { code: 'env/same-value', boundary: 'identity', message: 'api.B has the same value as A.' },
    ]);
    expect(await codesOf(contract, { A: long, B: `${long}x` })).toEqual([]);
  });

  test.each([
    ['A: { type: secret, min-length: 1 }', 'A', long],
    ['A_TOKEN: {}', 'A_TOKEN', long],
    ['DATABASE_URL: { type: postgres-url }', 'DATABASE_URL', 'postgresql://u:fake-password@h/db'],
    ['ANY: {}', 'ANY', 'amqp://u:fake-password@queue.example.com'],
    ['ANY: { type: url }', 'ANY', 'https://u:fake-password@api.example.com'],
  ])('is hidden from then on: %s', async (contract, name, value) => {
    const context = testContext({ variables: { [name]: value } });
    await validate(contract, { [name]: value }, { redactor: context.redactor });
    expect(context.redactor.redact(`${value} `)).toBe('*** ');
  });

  test('is hidden where another variable is compared with it, declared or not', async () => {
    const context = testContext();
    await validate('A: { equals: "${OTHER}" }', { A: 'x', OTHER: long }, { redactor: context.redactor });
    expect(context.redactor.redact(`it is not "${long}"`)).toBe('it is not "***"');
  });

  test('is not what everyone may know', async () => {
    const context = testContext();
    await validate(
      'LOG_LEVEL: { one-of: [verbose] }, URL: { type: url }',
      { LOG_LEVEL: 'verbose', URL: 'https://x.example.com' },
      { redactor: context.redactor },
    );
    expect(context.redactor.redact('verbose https://x.example.com')).toBe('verbose https://x.example.com');
  });
});

describe('a value that is missing', () => {
  test.each([
    ['not set', {}, 'env/missing-variable', 'api.VALUE is not set in this step.'],
    ['empty', { VALUE: '' }, 'env/empty-variable', 'api.VALUE is set but empty.'],
    ['white space', { VALUE: ' \n' }, 'env/empty-variable', 'api.VALUE is set but holds only white space.'],
  ])('fails when it is required: %s', async (_, variables: Record<string, string>, code, message) => {
    const report = await validate('VALUE: { boundary: settlement }', variables);
    expect(report.verdict).toBe('failed');
    expect(listFindings(report)).toMatchObject([{ code, message, boundary: 'settlement' }]);
  });

  test.each([
    ['it is optional', '{ required: false, type: port }', 'not set; optional'],
    ['the service has a default', '{ default: info, one-of: [info] }', 'not set; the service has a default'],
  ])('passes when %s', async (_, declared, detail) => {
    for (const variables of [{}, { VALUE: '' }] as Record<string, string>[]) {
      const report = await validate(`VALUE: ${declared}`, variables);
      expect(report).toMatchObject({ verdict: 'passed', checks: [{ detail }] });
    }
  });

  test('decides nothing where secrets are withheld, and what is there is still held against the contract', async () => {
    const report = await validate('A: {}, B: { type: port }', { B: 'none' }, { secretsWithheld: true });
    expect(report.checks.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['api.A', 'error'],
      ['api.B', 'failed'],
    ]);
    expect(listFindings(report)[0]?.code).toBe('config/fork-without-secrets');
  });

  test('is one of the step, not one that every object inherits', async () => {
    const variables = Object.assign(Object.create(null), {});
    expect(await codesOf('constructor: {}, toString: {}', variables)).toEqual([
      'env/missing-variable',
      'env/missing-variable',
    ]);
  });
});

test('a value that must be a certain one is told by what it should be', async () => {
  const report = await validate('VITE_API_URL: { type: url, equals: "${app}" }', {
    VITE_API_URL: 'https://old.example.com',
  });
  expect(listFindings(report)).toMatchObject([
    {
      code: 'env/not-equal',
      message: 'api.VITE_API_URL is not "https://app.example.com".',
      help: 'Set it to https://app.example.com.',
    },
  ]);
});

test('several faults of several variables are told at once, by boundary', async () => {
  const contract =
    'A: { type: secret, min-length: 99, differs-from: B }, B: {}, C: { type: redis-url, boundary: rate-limiting }';
  const report = await validate(contract, { A: long, B: long });
  expect(listFindings(report).map(({ code, boundary }) => [code, boundary])).toEqual([
    ['env/invalid-value', 'identity'],
    ['env/same-value', 'identity'],
    ['env/missing-variable', 'rate-limiting'],
  ]);
});

describe('the contract', () => {
  const contract = 'env: { api: { A: {} }, web: { B: {} } }';

  const run = (services: string[], file = contract) => validateFile(file, { A: 'x', B: 'x' }, { services });

  test('is narrowed to the services that are asked for', async () => {
    expect((await run(['web'])).checks.map(({ name }) => name)).toEqual(['web.B']);
  });

  test('is refused for a service that no one knows', async () => {
    await expect(run(['wbe'])).rejects.toThrow('names "wbe"');
  });

  test('is refused when there is none', async () => {
    await expect(run([], '')).rejects.toThrow('release-gates.yml declares no variables');
  });

  test('may be names alone', async () => {
    const report = await validateNames(['A', 'B', 'C'], { A: 'x', B: '' });
    expect(listFindings(report).map(({ code, message }) => [code, message])).toEqual([
      ['env/empty-variable', 'B is set but empty.'],
      ['env/missing-variable', 'C is not set in this step.'],
    ]);
  });
});

describe('no value is ever shown', () => {
  const types = [
    '{}',
    '{ one-of: [info, warn] }',
    '{ pattern: "[A-F]{40}" }',
    '{ min-length: 500 }',
    '{ type: number, min: 5 }',
    '{ type: boolean }',
    '{ type: port }',
    '{ type: url, scheme: https }',
    '{ type: origins, includes: "https://app.example.com" }',
    '{ type: secret, min-length: 500 }',
    '{ type: postgres-url, pooler: none }',
    '{ type: redis-url, tls: true }',
    '{ equals: expected }',
  ];
  const text = fc.string({ unit: 'grapheme', minLength: 6, maxLength: 40 });
  const host = fc.constantFrom('db.example.com', 'x.pooler.supabase.com:6543', 'localhost');
  const address = fc
    .tuple(fc.constantFrom('postgresql', 'redis', 'http', 'custom-scheme'), fc.webSegment({ size: 'small' }), host)
    .map(([scheme, password, place]) => `${scheme}://user:${password}@${place}`);

  test.each(types)('%s', async declared => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(text, address), async value => {
        const contract = `A: ${declared}, B: { type: secret, differs-from: A }`;
        const report = await validate(contract, { A: value, B: value });
        expect(JSON.stringify(report)).not.toContain(JSON.stringify(value).slice(1, -1));
      }),
      { numRuns: 30 },
    );
  });
});
