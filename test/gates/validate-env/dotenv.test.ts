import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listFindings } from '../../../src/core/report.ts';
import { parseDotenv } from '../../../src/gates/validate-env/sources/dotenv-parse.ts';
import { codesIn, validateFile } from './support.ts';

describe('a dotenv file', () => {
  test.each([
    ['A=b', 'b'],
    ['export A=b', 'b'],
    ['  A = b  ', 'b'],
    ['A="b c" # comment', 'b c'],
    ["A='b # c'", 'b # c'],
    ['A=`b"c`', 'b"c'],
    ['A=b # comment', 'b'],
    ['A="line\\nline"', 'line\nline'],
    ["A='line\\nline'", 'line\\nline'],
    ['A="line\nline"', 'line\nline'],
    ['A="a \\"quote\\""', 'a \\"quote\\"'],
    ['A="a\\\\b\\tc"', 'a\\\\b\\tc'],
    ['A=', ''],
    ['A=#nothing', ''],
    ['A=x=y', 'x=y'],
  ])('%j', (text, value) => {
    expect(parseDotenv(text)).toEqual({ assignments: [{ name: 'A', value, line: 1, shown: true }], faults: [] });
  });

  test('of Windows', () => {
    const { assignments, faults } = parseDotenv('A=b\r\n\r\n# comment\r\nB="c\r\nd"\r\nC=e\r\n');
    expect(faults).toEqual([]);
    expect(assignments).toEqual([
      { name: 'A', value: 'b', line: 1, shown: true },
      { name: 'B', value: 'c\nd', line: 4, shown: true },
      { name: 'C', value: 'e', line: 6, shown: true },
    ]);
  });

  test.each([
    ['a byte order mark', '\ufeffA=b', 1, 'byte order mark'],
    ['the same variable twice', 'A=1\nB=2\nA=3', 3, 'sets A a second time (first in line 1)'],
    ['a quote that is never closed', 'X=1\nA="fake-open\nB=2', 2, 'opens a quote for A and never closes it'],
    ['a `#` in a value without quotes', 'A=1\nB=fake#1', 2, 'has a `#` in B without quotes'],
    ['a line that sets nothing', 'A=1\nfake value', 2, 'has a line that sets no variable'],
  ])('with %s', (_, text, line, problem) => {
    expect(parseDotenv(text).faults).toMatchObject([{ line, problem: expect.stringContaining(problem) }]);
  });

  test('is read up to a `#` without quotes, as most readers do', () => {
    expect(parseDotenv('A=b#c').assignments).toMatchObject([{ name: 'A', value: 'b', line: 1 }]);
  });

  test('goes on after a quote that is never closed', () => {
    expect(parseDotenv('A="open\nB=2').assignments).toMatchObject([
      { name: 'A', value: '"open', line: 1 },
      { name: 'B', value: '2', line: 2, shown: false },
    ]);
  });

  test.each([
    ['as Vercel writes it', 'A="{"type":"service_account"}"', '{"type":"service_account"}'],
    ['an apostrophe', "A='O'Brien'", "O'Brien"],
    ['three quotes', 'A="""v"""', '""v""'],
    ['a folder of Windows', 'A="C:\\dir\\"', 'C:\\dir\\'],
    ['base64 over lines', 'A="QUJD\nNQ=="', 'QUJD\nNQ=='],
  ])('keeps what is in quotes: %s', (_, text, value) => {
    expect(parseDotenv(text)).toEqual({ assignments: [{ name: 'A', value, line: 1, shown: true }], faults: [] });
  });

  test.each([
    ['a colon', 'A: 1', 'with a colon'],
    ['the same value twice', 'A=1\nA=1', 'with the same value'],
    ['a script in quotes', 'A="#!/bin/sh\nPATH=/x"', 'look like assignments inside the quotes of A'],
  ])('has at most a notice for %s', (_, text, problem) => {
    expect(parseDotenv(text).faults).toMatchObject([{ severity: 'notice', problem: expect.stringContaining(problem) }]);
  });

  test.each([
    ['base64', 'KEY=c29tZS1sb25nLWtleS1vdmVyLWxpbmVz\nTm90UmVhbEJ1dFNlY3JldA==\nOTHER=1'],
    ['base64 with one sign of padding', 'KEY=c29tZS1sb25nLWtleS1vdmVyLWxpbmVz\nTm90UmVhbEJ1dFNlY3JldDE=\nOTHER=1'],
    ['base32', 'KEY=GEZDGNBVGY3TQOJQ\nGEZDGNBVGY3TQOJ=\nOTHER=1'],
    ['PEM', 'KEY=-----BEGIN PRIVATE KEY-----\nMIIEfake\nTm90UmVhbEJ1dFNlY3JldA=x\n-----END PRIVATE KEY-----'],
    ['a quote that is left open', 'KEY="c29tZS1sb25n\nTm90UmVhbEJ1dFNlY3JldA=x'],
    ['a second value', 'KEY=c29tZS1sb25n\nTm90UmVhbEJ1dFNlY3JldA==\nTm90UmVhbEJ1dFNlY3JldA=='],
  ])('never shows a piece of a secret as a name: %s', (_, text) => {
    const { assignments, faults } = parseDotenv(text);
    expect(faults).not.toEqual([]);
    expect(assignments.filter(({ shown }) => shown).map(({ name }) => name)).toEqual(['KEY']);
    expect(JSON.stringify(faults)).not.toMatch(/Tm90|GEZD|MII/);
  });
});

describe('as a source', () => {
  let workspace: string;

  beforeAll(() => {
    workspace = mkdtempSync(join(tmpdir(), 'validate-env-dotenv-'));
    writeFileSync(join(workspace, '.env'), 'PORT=eighty\nTOKEN=fake-4f9b2c7d8e1a6035\nEMPTY=\nEXTRA=1\n');
    writeFileSync(join(workspace, '.env.production'), 'PORT=8080\nPORT=8081\n');
  });

  afterAll(() => rmSync(workspace, { recursive: true, force: true }));

  const file = (files: string) =>
    `env: { api: { PORT: { type: port }, TOKEN: { type: secret }, EMPTY: {}, GONE: {} } }\nsources: { api: { files: ${files} } }`;

  test('tells faults at its lines, and what no one declared', async () => {
    const report = await validateFile(file('[.env]'), {}, { workspace });
    expect(listFindings(report)).toMatchObject([
      { code: 'env/invalid-value', message: 'api.PORT in .env is not a port.', place: { path: '.env', line: 1 } },
      { code: 'env/empty-variable', message: 'api.EMPTY is set in .env but empty.' },
      { code: 'env/missing-variable', message: 'api.GONE is not set in .env.', help: 'Add a line `GONE=…` to .env.' },
      { code: 'env/undeclared-at-source', message: 'api has EXTRA in .env, but the contract does not declare it.' },
    ]);
  });

  test('a later file wins, and its own faults are told', async () => {
    const report = await validateFile(file('[.env, .env.production]'), {}, { workspace });
    expect(codesIn(report)[0]).toBe('env/dotenv-fault');
    expect(codesIn(report)).not.toContain('env/invalid-value');
  });

  test('one that is not there is an error, and nothing is said of its variables', async () => {
    const report = await validateFile(file('[.env.staging]'), { TOKEN: 'fake-4f9b2c7d8e1a6035' }, { workspace });
    expect(report.verdict).toBe('error');
    expect(codesIn(report)).toEqual(['env/unreadable-file']);
  });

  test.each(['../outside.env', 'link.env', '/etc/hostname'])(
    'one outside of the checkout is not read: %s',
    async path => {
      const checkout = join(workspace, 'checkout');
      mkdirSync(checkout, { recursive: true });
      writeFileSync(join(workspace, 'outside.env'), 'PORT=8080\n');
      rmSync(join(checkout, 'link.env'), { force: true });
      symlinkSync('../outside.env', join(checkout, 'link.env'));
      const report = await validateFile(file(`["${path}"]`), {}, { workspace: checkout });
      expect(report.verdict).toBe('error');
      expect(listFindings(report)).toMatchObject([
        { code: 'env/outside-checkout', message: `${path} leads out of the checkout, or nowhere, and was not read.` },
      ]);
    },
  );

  test('one that the run does not ask for is not read', async () => {
    const report = await validateFile(file('[.env.staging]'), {}, { workspace, sources: ['step'] });
    expect(codesIn(report)).toContain('env/missing-variable');
    expect(codesIn(report)).not.toContain('env/unreadable-file');
  });
});
