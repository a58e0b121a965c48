import { describe, expect, test } from '@jest/globals';
import { fillPath } from '../../../../src/gates/smoke-test/captures/fill-path.ts';
import { checkPaths } from '../../../../src/gates/smoke-test/captures/paths.ts';
import { select } from '../../../../src/gates/smoke-test/captures/select.ts';
import { planSmoke } from '../../../../src/gates/smoke-test/plan/plan.ts';
import { testContext } from '../../../support/context.ts';
import { configurationOf, seenIn, serve, smoke } from '../support.ts';

const hostile = [
  "it's",
  'say "x"',
  "a' || true || 'b",
  'a" || true || "b',
  '\\',
  "\\'",
  'a\nb',
  '${other}',
  "x'] | $['y",
];

describe('a value in a JSON path', () => {
  test.each(hostile)('is data in every kind of place: %j', async value => {
    const document = {
      items: [
        { to: value, id: 1 },
        { to: 'another', id: 2 },
      ],
      named: { [value]: 3, another: 4 },
    };
    const fill = (path: string) => fillPath(path, () => value);
    for (const path of ["$.items[?@.to == '${v}'].id", '$.items[?@.to == "${v}"].id', '$.items[?@.to == ${v}].id'])
      expect(await select(fill(path), document)).toEqual({ values: [1] });
    for (const path of ["$.named['${v}']", '$.named["${v}"]', '$.named[${v}]'])
      expect(await select(fill(path), document)).toEqual({ values: [3] });
  });

  test('that is a number, a boolean or null keeps its type', () => {
    expect(fillPath("$[?@.a == ${v} || @.b == '${v}']", () => 7)).toBe("$[?@.a == 7 || @.b == '7']");
    expect(fillPath('$[?@.a == ${v}]', () => null)).toBe('$[?@.a == null]');
    expect(fillPath('$.a[${v}]', () => -1)).toBe('$.a[-1]');
    expect(fillPath("$['$${v}']", () => 1)).toBe("$['${v}']");
    expect(() => fillPath('$[${v}]', () => [1])).toThrow('needs a text, number, boolean or null');
  });
});

test('a captured value chooses the message of this run', async () => {
  const server = await serve((request, response) => {
    const messages = [
      { To: [{ Address: 'other@example.com' }], ID: 1 },
      { To: [{ Address: "o'hara@example.com" }], ID: 2 },
    ];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(request.url === '/me' ? { address: "o'hara@example.com" } : { messages }));
  });
  const report = await smoke(
    server.url,
    `flows:
  mail:
    - { get: /me, capture: { address: $.address } }
    - get: /messages
      capture: { id: "$.messages[?@.To[0].Address == '\${address}'].ID" }
    - { get: "/messages/\${id}" }`,
  );
  await server.stop();
  expect(seenIn(report)).toEqual([]);
  expect(server.asked.at(-1)).toBe('GET /messages/2');
});

test('a name where a path has no value is refused before anything is sent', async () => {
  const plan = () => {
    const flow = 'flows:\n  a:\n    - { get: /, capture: { b: $.b } }\n    - { get: /, capture: { c: "$.${b}" } }';
    const config = configurationOf('http://127.0.0.1:1', flow);
    return planSmoke(config, { flows: [], tags: [] }, testContext());
  };
  await expect(checkPaths(plan())).rejects.toThrow('is not a JSON path');
});
