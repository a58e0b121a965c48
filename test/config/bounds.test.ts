import { describe, expect, test } from '@jest/globals';
import { GateError } from '../../src/core/errors.ts';
import type { Finding } from '../../src/core/finding.ts';
import { parseConfiguration } from '../support/configuration.ts';

const size = 250_000;

/** Pieces again and again, up to the size that a file can have. */
const fill = (piece: string) => piece.repeat(size / piece.length);
const list = (make: (index: number) => string, separator = '\n') =>
  Array.from({ length: size / 14 }, (_, index) => make(index)).join(separator);

const hostile: Record<string, string> = {
  'keys of keys': `${'? '.repeat(30)}a`,
  'keys of keys in lines': `${Array.from({ length: 40 }, (_, depth) => `${' '.repeat(depth)}?\n`).join('')}${' '.repeat(40)}a`,
  'mappings as keys': `${'{'.repeat(30)}a${'}: 1'.repeat(30)}`,
  quotes: `${fill('"')}"`,
  apostrophes: fill("'"),
  placeholders: `environments: { a: { b: "${fill('${')}" } }`,
  anchors: list(index => `a${index}: &b${index} 1`),
  aliases: `a: &a 1\n${list(index => `k${index}: *a`)}`,
  'unknown keys': list(index => `k${index}: 1`),
  'unknown keys in brackets': `{${list(index => `k${index}: 1`, ', ')}}`,
  'unknown names': `probe: { a: { b: "${list(index => `\${n${index}}`, '')}" } }`,
  'the same key': fill('k: 1\n'),
  lists: fill('['),
  'lists that close': `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  'lists with text between': fill('["]",'),
  mappings: fill('{'),
  'mappings in lines': Array.from({ length: 600 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
  'items in items': fill('- '),
  'items in lines': fill('- a\n'),
  commas: `[${fill(',')}]`,
  colons: fill(': '),
  tags: fill('!a '),
  documents: fill('---\n'),
  tabs: fill('\t'),
  returns: fill('\r'),
  comments: fill('#\n'),
  directives: fill('%a\n'),
  escapes: `"${fill('\\x')}"`,
  'a long name': `probe: { ${fill('a')}: { b: 1 } }`,
  'services of one key': `env: { "${list(index => `s${index}`, ', ')}": { A: { type: secret } } }`,
};

function findingsIn(text: string): Finding[] {
  try {
    parseConfiguration(text, { path: 'release-gates.yml', environment: 'a', commit: '' });
  } catch (error) {
    if (error instanceof GateError) return error.findings;
    throw error;
  }
  return [];
}

describe('a hostile file', () => {
  test.each(Object.entries(hostile))('is refused in little time: %s', (_, text) => {
    const started = process.cpuUsage();
    const findings = findingsIn(text);
    const { user, system } = process.cpuUsage(started);
    expect(findings.length).toBeLessThanOrEqual(100);
    for (const { code, place } of findings)
      expect([code, place?.line]).toEqual([expect.stringMatching(/^config\//), expect.anything()]);
    expect((user + system) / 1000).toBeLessThan(4000); // milliseconds of one core; a quadratic one takes minutes
  });
});

describe('the key __proto__', () => {
  test.each([
    ['a database', 'schema:\n  __proto__: { migrations: a, database: DATABASE_URL }', '2:3'],
    ['a flow', 'smoke:\n  flows:\n    __proto__: [{ get: / }]', '3:5'],
    ['a variable', 'env:\n  api: { __proto__: { type: secret } }', '2:10'],
    ['a capture', 'smoke:\n  flows: { a: [{ get: /, capture: { __proto__: $.a } }] }', '2:37'],
    ['a required column', 'schema: { main: { require: { __proto__: [id] } } }', '1:30'],
    ['an environment', 'environments: { "__proto__": {} }', '1:17'],
    ['the root', '__proto__: {}', '1:1'],
  ])('is refused at its place: %s', (_, text, place) => {
    const [finding] = findingsIn(text);
    expect(finding).toMatchObject({ code: 'config/invalid-value', message: 'The key "__proto__" is reserved.' });
    expect(`${finding?.place?.line}:${finding?.place?.column}`).toBe(place);
  });
});
