import { describe, expect, test } from '@jest/globals';
import type { GateContext } from '../../../src/core/context.ts';
import { GateError } from '../../../src/core/errors.ts';
import { planSmoke } from '../../../src/gates/smoke-test/plan/plan.ts';
import { parseConfiguration } from '../../support/configuration.ts';
import { testContext } from '../../support/context.ts';

const api = 'services:\n  api: { platform: fly, app: api, url: https://api.example.com }\n';
const two = `${api}  web: { platform: vercel, project: web, url: https://app.example.com }\n`;

function plan(text: string, { flows = [] as string[], context = testContext() as GateContext } = {}) {
  return planSmoke(
    parseConfiguration(text, { path: 'release-gates.yml', environment: '', commit: '' }),
    { flows, tags: [] },
    context,
  ).flows;
}

/** What is wrong with a configuration, as `code at line:column: what was seen, and what to do`. */
function faults(text: string, options: Parameters<typeof plan>[1] = {}): string[] {
  try {
    plan(text, options);
    return [];
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return error.findings.map(
      ({ code, message, help, place }) => `${code} at ${place?.line}:${place?.column}: ${message} ${help}`,
    );
  }
}

describe('a name without a value', () => {
  test('is found at its place, with a suggestion', () => {
    const text = `${api}smoke:
  flows:
    order:
      generate: { key: uuid }
      steps:
        - post: /login
          capture: { token: $.accessToken }
        - get: /me
          bearer: "\${tokne}"
        - get: "/orders/\${kee}"
          headers: { x: "\${token}" }
`;
    expect(faults(text)).toEqual([
      expect.stringMatching(/^config\/unknown-name at 11:19: order, step 2 uses \$\{tokne\}.*Did you mean "token"\?/),
      expect.stringMatching(/^config\/unknown-name at 12:16: order, step 3 uses \$\{kee\}.*Did you mean "key"\?/),
    ]);
  });

  test('is not allowed in a statement, where its value would run as code, even if it has one', () => {
    const step = `{ sql: "SELECT '\${id}'", database: DATABASE_URL, values: ["\${id}"] }`;
    const text = (first: string) =>
      `${api}smoke: { flows: { order: { generate: { id: uuid }, steps: [${first}] } } }\n`;
    const wanted =
      'order, step 1 has ${id} in its statement, where the value would run as code. Pass it as a value: `values: ["${id}"]`, and write $1 in the statement.';
    expect(faults(text(step))).toEqual([expect.stringContaining(wanted)]);
    expect(faults(text(`{ wait-until: ${step} }`))).toEqual([expect.stringContaining(wanted)]);
  });

  test('is found in a flow that is just a list of steps', () => {
    const text = `${api}smoke:
  flows:
    order:
      - get: /
      - post: /orders
        json: { nested: [{ deep: "\${id}" }] }
`;
    expect(faults(text)).toEqual([expect.stringMatching(/^config\/unknown-name at 8:34: order, step 2/)]);
  });

  test('is found if only this or a later step captures it', () => {
    const text = `${api}smoke:
  flows:
    order:
      - get: "/\${own}/\${later}"
        capture: { own: $.a }
      - get: /
        capture: { later: $.a }
`;
    expect(faults(text)).toEqual([
      expect.stringContaining('This step captures it from its own answer'),
      expect.stringContaining('Step 2 captures it, which runs later'),
    ]);
  });

  test('may be a variable that is not set; all of them are reported at once', () => {
    const text = `${api}smoke:
  flows:
    one: [{ get: "/\${FIRST}" }, { get: "/\${FIRST}/\${HERE}" }]
    two: [{ get: "/\${SECOND}" }]
`;
    const context = testContext({ variables: { HERE: 'a value' } });
    expect(faults(text, { context })).toEqual([
      expect.stringMatching(/^config\/unset-variable at 5:18: The variable FIRST, needed by one, step 1/),
      expect.stringMatching(/^config\/unset-variable at 6:18: The variable SECOND/),
    ]);
  });
});

test('a captured or generated name must not be taken', () => {
  const text = `environments:
  production: { host: example.com }
${api}smoke:
  flows:
    order:
      generate: { commit: uuid }
      steps:
        - get: /
          capture: { TOKEN: $.a, host: $.b }
`;
  expect(faults(text)).toEqual([
    expect.stringMatching(/^config\/invalid-value at 8:19: The name commit is taken/),
    expect.stringMatching(/^config\/invalid-value at 11:22: The name TOKEN is taken: names in UPPER_CASE/),
    expect.stringMatching(/^config\/invalid-value at 11:34: The name host is taken/),
  ]);
});

test('values of the environment are known', () => {
  const text = `environments:\n  production: { market: btc }\n${api}smoke:\n  flows:\n    a: [{ get: "/\${market}/\${commit}" }]\n`;
  expect(faults(text)).toEqual([]);
});

describe('a path', () => {
  const flow = (service: string) => `smoke:${service}\n  flows:\n    a:\n      - get: /health\n`;

  test('belongs to the only service', () => {
    expect(plan(`${api}${flow('')}`)[0]?.steps[0]?.baseUrl).toBe('https://api.example.com');
  });

  test('belongs to the service of the step, of the flow, or the default', () => {
    const text = `${two}smoke:
  service: web
  flows:
    a: [{ get: / }]
    b: { service: api, steps: [{ get: / }, { get: /, service: web }] }
`;
    const bases = plan(text).flatMap(({ steps }) => steps.map(step => step.baseUrl));
    expect(bases).toEqual(['https://app.example.com', 'https://api.example.com', 'https://app.example.com']);
  });

  test('without a service is rejected', () => {
    expect(faults(flow(''))).toEqual([expect.stringMatching(/^config\/unknown-reference at 4:14: a, step 1.*Declare/)]);
    expect(faults(`${two}${flow('')}`)).toEqual([expect.stringContaining('to one of: api, web.')]);
  });

  test('of an unknown service is rejected', () => {
    const text = `${two}smoke:\n  flows:\n    a:\n      - get: /health\n        service: apu\n`;
    expect(faults(text)).toEqual([
      expect.stringMatching(/^config\/unknown-reference at 8:18: .*"apu".*Did you mean "api"/),
    ]);
  });
});

test.each([
  ['a URL that a step cannot speak', '- get: wss://example.com/ws', 'config/invalid-value at 6:14'],
  ['a capture that is no JSON path', '- { get: /, capture: { a: id } }', 'config/invalid-value at 6:33'],
  ['an unknown step', '- { websockt: /ws }', 'config/invalid-value at 6:9'],
  ['a step that does two things', '- { get: /, post: / }', 'config/invalid-value at 6:9'],
  ['an unknown key', '- { get: /, exepct: {} }', 'config/unknown-key at 6:19'],
  ['an unknown key beside a WebSocket', '- { websocket: /ws, sned: {} }', 'config/unknown-key at 6:27'],
])('%s is found', (_what, step, expected) => {
  expect(faults(`${api}smoke:\n  flows:\n    a:\n      ${step}\n`)).toEqual([expect.stringContaining(expected)]);
});

test.each([
  ['a step', '- { websockt: /ws }', 'Did you mean "websocket"'],
  ['a matcher of a header', '- { get: /, expect: { headers: { etag: { macthes: a } } } }', 'Did you mean "matches"'],
  ['a matcher of a value', '- { get: /, expect: { values: { $.a: { at-lest: 1 } } } }', 'Did you mean "at-least"'],
])('%s that is not known names its nearest', (_what, step, expected) => {
  expect(faults(`${api}smoke:\n  flows:\n    a:\n      ${step}\n`)).toEqual([expect.stringContaining(expected)]);
});

describe('the flows to run', () => {
  const text = `${api}smoke:\n  flows:\n    order: [{ get: / }]\n    secret: [{ get: "/\${UNSET}" }]\n`;

  test('are the named ones', () => {
    expect(plan(text, { flows: ['order'] }).map(({ name }) => name)).toEqual(['order']);
  });

  test('must be in the configuration', () => {
    expect(faults(text, { flows: ['ordre'] })).toEqual([
      expect.stringMatching(/^config\/invalid-input .*"ordre".*Did you mean "order"\?/),
    ]);
    expect(faults(api)).toEqual([expect.stringContaining('config/missing-section')]);
  });
});

test('a connection that no earlier step opens is rejected before anything is sent', () => {
  const flow = (steps: string) => `${api}smoke:\n  flows:\n    a:\n${steps}`;
  const listen = '      - { listen: feed, expect: {} }\n';
  expect(faults(flow(listen))).toEqual([
    'config/unknown-reference at 6:19: a, step 1 listens to "feed", which no earlier step opens. Open it in an earlier step, with `as: feed`.',
  ]);
  expect(faults(flow(`      - { websocket: /ws, as: feeds }\n${listen}`))).toEqual([
    expect.stringContaining('Did you mean "feeds"? Open it in an earlier step'),
  ]);
  expect(faults(flow(`      - { sse: /events, as: feed }\n${listen}`))).toEqual([]);
});

test.each([
  ['${uuid}', 'uuid'],
  ['${random:16}', 'string'],
])('%s, which other tools support, is reported with its declaration', (use, generator) => {
  const text = `${api}smoke:\n  flows:\n    a: [{ get: "/x/${use}" }]\n`;
  expect(faults(text)).toEqual([
    `config/unknown-name at 5:16: a, step 1 uses ${use}, which has no value at that point. Declare it in the flow, such as \`generate: { value: ${generator} }\`, and use \${value}. The generators are uuid, email, string, now, unix-time, pkce.`,
  ]);
});

test('an unknown generator is reported with the nearest and all known ones', () => {
  const text = `${api}smoke:\n  flows:\n    a:\n      generate: { id: uuidd }\n      steps: [{ get: / }]\n`;
  expect(faults(text)).toEqual([
    'config/invalid-value at 6:23: `smoke.flows.a.generate.id` is "uuidd". Did you mean "uuid"? Expected one of uuid, email, string, now, unix-time, pkce.',
  ]);
});

test('generated values are new each time', () => {
  const text = `${api}smoke:\n  flows:\n    a: { generate: { id: uuid, mail: email, word: string }, steps: [{ get: / }] }\n`;
  const [one, other] = [plan(text), plan(text)].map(flows => flows[0]?.generated ?? new Map<string, string>());
  expect(one?.get('id')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(one?.get('mail')).toMatch(/^[\w-]+@example\.com$/);
  expect(one?.get('word')).toMatch(/^[0-9a-f]{16}$/);
  for (const name of ['id', 'mail', 'word']) expect(one?.get(name)).not.toBe(other?.get(name));
});
