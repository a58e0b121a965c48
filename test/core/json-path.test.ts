import { describe, expect, test } from '@jest/globals';
import { followPath, formatJsonPath, parseJsonPath } from '../../src/core/json-path.ts';

const document = {
  user: { id: 7, 'e-mail': 'a@example.com', "it's": true, none: null },
  orders: [{ id: 'first' }, { id: 'last' }],
};

describe('a JSON path', () => {
  test.each([
    ['$', document],
    ['$.user.id', 7],
    ["$.user['e-mail']", 'a@example.com'],
    ['$["user"].id', 7],
    ["$.user['it\\'s']", true],
    ['$.user.none', null],
    ['$.orders[0].id', 'first'],
    ['$.orders[-1].id', 'last'],
  ])('%s leads to its value', (text, value) => {
    expect(followPath(parseJsonPath(text) ?? [], document)).toEqual({ found: true, value });
  });

  test.each([
    ['$.user.name', document.user, '$.user'],
    ['$.orders[2].id', document.orders, '$.orders'],
    ['$.orders.id', document.orders, '$.orders'],
    ['$.user[0]', document.user, '$.user'],
    ['$.user.id.of', 7, '$.user.id'],
    ['$.toString', document, '$'],
  ])('%s tells how far it led', (text, last, reached) => {
    const path = parseJsonPath(text) ?? [];
    const result = followPath(path, document);
    expect(result).toMatchObject({ found: false, last });
    expect(formatJsonPath(path.slice(0, 'depth' in result ? result.depth : 0))).toBe(reached);
  });

  test.each([
    '',
    'user',
    '$user',
    '$.',
    '$..id',
    '$.*',
    '$.orders[*]',
    '$.orders[0:2]',
    '$.orders[?@.id]',
    '$.e-mail',
    '$[01]',
    '$[-0]',
    "$['a",
  ])('%s is refused, for it may name none or several values', text => {
    expect(parseJsonPath(text)).toBeUndefined();
  });
});
