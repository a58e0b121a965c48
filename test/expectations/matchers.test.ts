import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectedSchema, type Matching, matcherSchema } from '../../src/config/schema/matchers.ts';
import { findDifferences, findMismatches } from '../../src/expectations/differences.ts';
import { loadPathEngine } from '../../src/expectations/json-paths.ts';

const now = Date.parse('2026-03-01T12:00:00Z');

beforeAll(loadPathEngine);

function mismatches(matching: Record<string, unknown>, actual: unknown): string[] {
  const wanted: Matching = matcherSchema.parse(matching);
  return findMismatches(wanted, { name: '$.value', actual, now });
}

describe('a value that matches', () => {
  test.each<[Record<string, unknown>, unknown]>([
    [{ equals: { a: [1] } }, { a: [1] }],
    [{ equals: 60 }, '60'],
    [{ 'not-equals': 'old' }, 'new'],
    [{ 'not-equals': 'old' }, undefined],
    [{ 'one-of': ['ok', 'degraded'] }, 'degraded'],
    [{ matches: '^v\\d+' }, 'v12'],
    [{ contains: 'own' }, 'shown'],
    [{ contains: 2 }, [1, 2]],
    [{ contains: { id: 2 } }, [{ id: 1 }, { id: 2, name: 'b', tags: [1] }]],
    [{ contains: { tags: [1, 2] } }, [{ tags: [1, 2], id: 1 }]],
    [{ contains: { name: { $matches: '^b' } } }, [{ name: 'bob' }]],
    [{ 'contains-exactly': { id: 2 } }, [{ id: 2 }]],
    [{ 'newer-than': '90d' }, '2026-01-01T12:00:00Z'],
    [{ 'at-least': 3 }, 3],
    [{ 'at-least': 3 }, '3.5'],
    [{ 'at-least': '2.9.0' }, '2.10'],
    [{ 'at-least': '2.9' }, 'v2.9.0-rc1'],
    [{ 'at-most': 0 }, 0],
    [{ 'at-least': 1, 'at-most': 2 }, 1.5],
    [{ 'newer-than': '5m' }, '2026-03-01T11:55:00Z'],
    [{ 'newer-than': '5m' }, now / 1000 - 10],
    [{ 'newer-than': '5m' }, now - 10_000],
    [{ 'newer-than': '5m' }, 'Sun, 01 Mar 2026 11:58:00 GMT'],
    [{ before: '2026-03-01T12:00:00Z' }, '2026-03-01T11:59:59Z'],
    [{ after: '2026-03-01T12:00:00Z' }, now + 1],
    [{ near: { value: 0.3, tolerance: 0.2 } }, 0.1],
    [{ near: { value: '10', tolerance: 0.5 } }, '10.5'],
    [{ near: { value: '2026-03-01T12:00:00Z', tolerance: '5s' } }, 'Sun, 01 Mar 2026 12:00:04 GMT'],
    [{ length: 2 }, ['a', 'b']],
    [{ length: { 'at-least': 1, 'at-most': 2 } }, 'é'],
    [{ each: { state: 'open' } }, [{ state: 'open', id: 1 }, { state: 'open' }]],
    [{ each: { '$at-least': 1 } }, [1, 2]],
    [{ 'contains-all': [{ id: 2 }, { id: 1 }] }, [{ id: 1 }, { id: 2 }, { id: 3 }]],
    [{ 'contains-all': ['a', 'b'] }, 'b, a'],
    [{ 'in-any-order': [2, 1, { a: 1 }] }, [{ a: 1, b: 2 }, 1, 2]],
    [{ 'in-any-order': [{}, { a: 1 }] }, [{ a: 1 }, { a: 2 }]], // the first item would take the place of the other
    [{ 'any-of': [null, { $matches: '^a' }] }, 'ab'],
    [{ not: { $contains: { id: 3 } } }, [{ id: 1 }]],
    [{ not: [{ id: 3 }] }, [{ id: 1 }, { id: 2 }]],
    [{ json: ['chat', { text: { $contains: 'hi' } }] }, '42["chat",{"text":"hi there","id":7}]'],
    [{ json: { id: 7 } }, 'MESSAGE\ndestination:/orders\n\n{"id":7}\0'],
    [
      { values: { '$.items[?@.id == 2].name': { $matches: '^b' }, '$.items[0].id': 1 } },
      { items: [{ id: 1 }, { id: 2, name: 'b' }] },
    ],
    [{ exists: true }, null],
    [{ exists: false }, undefined],
  ])('%j of %j', (matching, actual) => {
    expect(mismatches(matching, actual)).toEqual([]);
  });
});

describe('a value that is not', () => {
  test.each<[Record<string, unknown>, unknown, string]>([
    [{ equals: true }, false, 'is false, expected true'],
    [{ equals: 0 }, '', 'is "", expected 0'],
    [{ 'not-equals': 'old' }, 'old', 'is "old", expected anything but "old"'],
    [{ 'one-of': ['ok', null] }, 'down', 'is "down", expected "ok" or null'],
    [{ matches: '^v\\d+' }, 'x', 'is "x", expected a match of /^v\\d+/'],
    [{ contains: { id: 2 } }, [{ id: 1, name: '2' }], 'expected a text or list that contains {"id":2}'],
    [{ 'contains-exactly': { id: 2 } }, [{ id: 2, name: 'b' }], 'a list that contains exactly {"id":2}'],
    [{ contains: 'x' }, ['xy'], 'is ["xy"], expected a text or list that contains "x"'],
    [{ 'at-least': 3 }, 2, 'is 2, expected at least 3'],
    [{ 'at-least': 0 }, '', 'is "", expected at least 0'],
    [{ 'at-least': 0 }, null, 'is null, expected at least 0'],
    [{ 'at-least': '2.10' }, '2.9.9', 'is "2.9.9", expected at least 2.10'],
    [{ 'at-least': '2.10' }, undefined, 'is missing, expected at least 2.10'],
    [{ 'at-least': 1, 'at-most': 2 }, 'many', 'is "many", expected at least 1 and at most 2'],
    [{ before: '2026-03-01T12:00:00Z' }, '2026-03-01T12:00:00Z', 'expected a time before 2026-03-01T12:00:00Z'],
    [{ after: '2026-03-01T12:00:00Z' }, 'soon', 'is "soon", expected a time after'],
    [{ near: { value: 1, tolerance: 0.5 } }, 1.6, 'is 1.6, expected 1, or at most 0.5 away from it'],
    [{ near: { value: '2026-03-01T12:00:00Z', tolerance: '5s' } }, '2026-03-01T12:00:06Z', 'at most 5s away'],
    [{ length: 2 }, [1], 'is [1], expected a list or text of length 2'],
    [{ length: { 'at-least': 1 } }, [], 'expected a list or text of length at least 1'],
    [{ length: 0 }, {}, 'is {}, expected a list or text'],
    [{ each: { state: 'open' } }, [{ state: 'open' }, { state: 'done' }], 'expected a list of items that each are'],
    [{ each: { state: 'open' } }, [], 'is [], expected a list of items that each are {"state":"open"}'],
    [{ 'contains-all': [1, 4] }, [1, 2], 'expected a text or list that contains 1 and 4'],
    [{ 'in-any-order': [1, 2] }, [1, 2, 2], 'in any order, and nothing else'],
    [{ 'in-any-order': [1, 1] }, [1, 2], 'in any order, and nothing else'],
    [{ 'any-of': [1, { $matches: '^a' }] }, 'b', 'expected 1 or {"$matches":"^a"}'],
    [{ not: { $contains: { id: 3 } } }, [{ id: 3, name: 'c' }], 'expected not {"$contains":{"id":3}}'],
    [{ not: [{ id: 3 }] }, [{ id: 1 }, { id: 3 }], 'expected not'],
    [{ json: ['chat'] }, '42["other"]', 'expected a text with the JSON ["chat"]'],
    [{ json: {} }, 'no json', 'expected a text with the JSON {}'],
    [{ values: { '$.items[?@.id == 3]': { $exists: true } } }, { items: [] }, 'expected values like'],
    [{ 'newer-than': '5m' }, '2026-03-01T11:54:00Z', 'expected a time within the last 5 min'],
    [{ 'newer-than': '5m' }, '2027-03-01T11:54:00Z', 'expected a time within the last 5 min'],
    [{ 'newer-than': '5m' }, 'yesterday', 'is "yesterday"'],
    [{ exists: true }, undefined, 'is missing, expected any value'],
    [{ exists: false }, 1, 'is 1, expected no value'],
  ])('%j of %j', (matching, actual, message) => {
    expect(mismatches(matching, actual)).toEqual([expect.stringContaining(message)]);
  });

  test('shows no secret, not even half of one', () => {
    const redact = (text: string) => text.replaceAll('fake-secret', '***');
    const actual = `${'x'.repeat(150)}fake-secret`;
    expect(findMismatches('y', { name: '$.value', actual, redact }).join()).not.toContain('fake');
  });
});

test.each([[{}], [{ matches: '(' }], [{ 'at-least': 'many' }], [{ 'newer-than': '5' }], [{ atLeast: 3 }]])(
  'what cannot be wanted is refused: %j',
  matching => {
    expect(matcherSchema.safeParse(matching).success).toBe(false);
  },
);

describe('rules within expected JSON', () => {
  test.each<[unknown, unknown]>([
    [{ id: { $matches: '^\\d+$' } }, { id: '17', name: 'b' }],
    [{ items: { $contains: { id: 2 } } }, { items: [{ id: 1 }, { id: 2, more: 1 }] }],
    [{ count: { '$at-least': 1, '$at-most': 3 } }, { count: 2 }],
    [[{ id: { $exists: true } }], [{ id: null }]],
    [{ $matches: '^40\\{"sid":".+"' }, '40{"sid":"x1"}'],
    [
      { matches: 3, exists: true },
      { matches: 3, exists: true },
    ], // plain keys
    [{ $ref: '#/a' }, { $ref: '#/a' }], // not a word of a rule
    [0, -0],
  ])('%j holds for %j', (wanted, actual) => {
    expect(expectedSchema.safeParse(wanted).success).toBe(true);
    expect(findDifferences(wanted, actual)).toEqual([]);
  });

  test.each<[unknown, unknown, string]>([
    [{ id: { $matches: '^\\d+$' } }, { id: 'x' }, '$.id is "x", expected a match of /^\\d+$/'],
    [{ items: { $contains: { id: 2 } } }, { items: [{ id: 1 }] }, '$.items is'],
    [{ gone: { $exists: false } }, { gone: 1 }, 'expected no value'],
    [{ id: { $exists: true } }, {}, '$.id is missing'],
    [{ matches: 3 }, { matches: 4 }, '$.matches is 4, expected 3'],
  ])('%j does not hold for %j', (wanted, actual, message) => {
    expect(findDifferences(wanted, actual)).toEqual([expect.stringContaining(message)]);
  });

  test('that mean nothing are refused', () => {
    expect(expectedSchema.safeParse({ a: [{ $matches: '(' }] }).success).toBe(false);
    expect(expectedSchema.safeParse({ a: { '$at-least': 'many' } }).success).toBe(false);
    expect(() => findDifferences({ '$at-least': 'many' }, 1)).toThrow('is not a rule');
  });
});

test.each([
  [{ after: 'yesterday evening' }, 'not a point in time'],
  [{ near: { value: 'noon', tolerance: 1 } }, 'not a number'],
])('a rule that no value could meet is a fault of the test: %j', (matching, message) => {
  expect(() => mismatches(matching, now)).toThrow(message);
});
