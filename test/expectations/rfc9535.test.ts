import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseJsonPath } from '../../src/core/json-path.ts';
import { explainPath } from '../../src/expectations/rfc9535.ts';
import { select } from '../../src/gates/smoke-test/captures/select.ts';

interface Case {
  name: string;
  selector: string;
  document?: unknown;
  result?: unknown[];
  results?: unknown[][];
  invalid_selector?: true;
}

const suite: { tests: Case[] } = JSON.parse(
  readFileSync(new URL('compliance/cts.json', import.meta.url), { encoding: 'utf8' }),
);
const invalid = suite.tests.filter(each => each.invalid_selector);
const valid = suite.tests.filter(each => !each.invalid_selector);

const isRefused = (path: string) => parseJsonPath(path) === undefined && explainPath(path) !== undefined;

/** The compliance suite of RFC 9535. */
describe('a JSON path', () => {
  test('has all cases of the suite', () => expect([valid.length, invalid.length]).toEqual([456, 247]));

  test.each(invalid)('that is not valid is refused: $name', ({ selector }) => {
    expect(isRefused(selector)).toBe(true);
  });

  test.each(valid)('selects what it must: $name', async ({ selector, document, result, results = [] }) => {
    expect(isRefused(selector)).toBe(false);
    const selected = await select(selector, document);
    const values = 'missing' in selected ? [] : selected.values;
    expect(result === undefined ? results : [result]).toContainEqual(values);
  });

  test('with three conditions names the right thing only', async () => {
    const document = { items: [{ id: 1, name: 'b' }] };
    const selected = await select("$.items[?@.id > 0 && @.name == 'b' && @.id == 99].name", document);
    expect(selected).toHaveProperty('missing');
  });
});
