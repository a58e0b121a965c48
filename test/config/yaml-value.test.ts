import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { parseDocument, stringify } from 'yaml';
import { findYamlFaults } from '../../src/config/yaml-faults.ts';
import { toPlainValue } from '../../src/config/yaml-value.ts';

const example = readFileSync('workflows-examples/prediction-market/release-gates.yml', 'utf8').split('\n');

/** What the slow way makes of a text: its value as JSON, or that it has faults. */
function slowly(text: string): string {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'error' });
  return findYamlFaults(document).length > 0 ? 'faults' : JSON.stringify(document.toJS());
}

describe('the value of a document, the fast way', () => {
  test('is that of the whole example', () => {
    const text = example.join('\n');
    expect(JSON.stringify(toPlainValue(text)?.value)).toBe(slowly(text));
  });

  test.each([
    '---\na: 1\n',
    'a: 0x1f\nb: 1_000\nc: 0b1\nd: 017\ne: .5\nf: yes\ng: 2020-01-01\nh: 12:30\n',
    'a: >-\n  folded\n  text\nb: |\n  kept\n',
    "a: [1, \"two\", { three: 3 }]\r\nb: 'it''s'\r\n",
    'a: "\\x41\\u00e4"\n<<: { b: 1 }\n',
  ])('is the same for %j', text => {
    expect(JSON.stringify(toPlainValue(text)?.value)).toBe(slowly(text));
  });

  test.each([
    'a: &b 1\nc: *b\n',
    'a: !!binary aGk=\n',
    'a: 1\na: 2\n',
    '\ta: 1\n',
    'a: 1\n---\nb: 2\n',
    '~: 1\n',
    'a: [1\n',
  ])('is left to the slow way for %j', text => {
    expect(toPlainValue(text)).toBeUndefined();
  });

  test('is the same for any value that is written as YAML', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), value => {
        const text = stringify(value);
        const plain = toPlainValue(text);
        if (plain) expect(JSON.stringify(plain.value)).toBe(slowly(text));
      }),
      { numRuns: 200 },
    );
  });

  test('is none where a broken line of the example has a fault', () => {
    const piece = fc.constantFrom(
      ...' |  |\n|- |: |:|#|[|]|{|}|,|"|\'|\t|*a|&a|!|%|@|\\||>|---|\\n'.split('|'),
      '? ',
      '\r\n',
    );
    const at = fc.nat({ max: example.length - 1 });
    fc.assert(
      fc.property(at, fc.nat({ max: 200 }), piece, (start, offset, added) => {
        const lines = example.slice(start, start + 8).join('\n');
        const text = `${lines.slice(0, offset)}${added}${lines.slice(offset)}`;
        const plain = toPlainValue(text);
        if (plain) expect(JSON.stringify(plain.value)).toBe(slowly(text));
      }),
      { numRuns: 1_000, seed: 1 },
    );
  });
});
