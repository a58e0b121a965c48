import { describe, expect, test } from '@jest/globals';
import nextEnv from '@next/env';
import dotenv from 'dotenv';
import fc from 'fast-check';
import { expandVariables } from '../../../src/gates/validate-env/sources/dotenv-expand.ts';
import { parseDotenv } from '../../../src/gates/validate-env/sources/dotenv-parse.ts';

/** `DOTENV_FILES=100000 script/test test/gates/validate-env/dotenv-like-npm.test.ts` searches further. */
const files = Number(process.env.DOTENV_FILES ?? 3000);

const names = fc.constantFrom('A', 'B', 'export C', 'd.e-f', 'my_name', 'Tm90UmVhbA', ' G ', 'export', '');
const separators = fc.constantFrom('=', ' = ', ': ', ':', '==', '', '=\n');
const signs = ['"', "'", '`', '#', ' ', '\\n', '\n', '\r\n', '\r', '=', 'x', 'word', '{"a":"b"}', 'NQ==', 'PATH=/x'];
const rare = ['\\', '\\"', '$', '${A}', '\t', '\u00a0', '\u2028', '\ufeff'];
/** What Next.js can expand: a reference that leads back to itself would never end there. */
const references = ['$B', '${C}', '${C:-x}', '$B$C', '$none', '${none:-word}'];

function writeFiles(pieces: string[]): fc.Arbitrary<string> {
  const values = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map(parts => parts.join(''));
  const closed = fc.tuple(
    names,
    fc.constantFrom('="', "='", '=`'),
    values,
    fc.constantFrom('"', "'", '`', '" # c', '"x'),
  );
  const lines = fc.oneof(fc.tuple(names, separators, values), closed, fc.tuple(values)).map(parts => parts.join(''));
  return fc.array(lines, { maxLength: 6 }).map(parts => parts.join('\n'));
}

const texts = writeFiles([...signs, ...rare]);

const read = (text: string) =>
  Object.fromEntries(parseDotenv(text).assignments.map(({ name, value }) => [name, value]));

/** Whether no variable leads back to itself. */
function endsInNext(text: string): boolean {
  const values = read(text);
  const leadsTo = (name: string, way: string[]): boolean =>
    [...(values[name] ?? '').matchAll(/\$\{?(\w+)/g)].every(
      ([, next = '']) => !way.includes(next) && leadsTo(next, [...way, next]),
    );
  return Object.keys(values).every(name => leadsTo(name, [name]));
}

/** What a fresh process of Next.js gets from the file; undefined where it runs out of stack. */
function readByNext(contents: string): Record<string, unknown> | undefined {
  const variables = process.env;
  process.env = {};
  let failed = false;
  const log = { info: () => {}, error: () => (failed = true) };
  try {
    nextEnv.resetEnv();
    const [, parsed] = nextEnv.processEnv([{ path: '.env', contents, env: {} }], '/', log, true);
    return failed ? undefined : parsed;
  } finally {
    process.env = variables;
  }
}

describe('a dotenv file', () => {
  test('is read as the npm package dotenv reads it', () => {
    fc.assert(
      fc.property(texts, text => {
        expect(read(text)).toEqual(dotenv.parse(text));
      }),
      { numRuns: files, seed: 18 },
    );
  });

  test('is read and expanded as Next.js does it', () => {
    fc.assert(
      fc.property(writeFiles([...signs, ...references]).filter(endsInNext), contents => {
        const values = expandVariables(read(contents));
        const expected = readByNext(contents);
        fc.pre(expected !== undefined);
        expect(values).toEqual(expected);
      }),
      { numRuns: files, seed: 18 },
    );
  });

  test.each([
    ['PASS=Kd82$hfQpz01', { PASS: 'Kd82' }],
    ['A=x\nB="${A}/y"\nC=\\$A', { A: 'x', B: 'x/y', C: '$A' }],
    ['A=$A', { A: '$A' }],
  ])('is expanded: %j', (text, expected) => {
    expect(expandVariables(read(text))).toEqual(expected);
  });

  test('and what `dotenv` skips is reported', () => {
    fc.assert(
      fc.property(texts, text => {
        const { assignments, faults } = parseDotenv(text);
        if (assignments.length === 0 && text.split(/\r\n?|\n/).some(line => !/^\s*(?:#|$)/.test(line)))
          expect(faults).not.toEqual([]);
      }),
      { numRuns: 1000, seed: 18 },
    );
  });
});
