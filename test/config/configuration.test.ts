import { describe, expect, test } from '@jest/globals';
import type { Configuration } from '../../src/config/load.ts';
import { GateError } from '../../src/core/errors.ts';
import type { Finding } from '../../src/core/finding.ts';
import { parseConfiguration } from '../support/configuration.ts';

const path = '.github/release-gates.yml';
const request = { path, environment: '', commit: 'abc123' };

function parse(text: string, environment = ''): Configuration {
  return parseConfiguration(text, { ...request, environment });
}

function findingsIn(text: string, environment = ''): Finding[] {
  try {
    parse(text, environment);
  } catch (error) {
    if (error instanceof GateError) return error.findings;
    throw error;
  }
  return [];
}

/** Code and place of each finding, as `config/unknown-key 3:5`. */
function placesIn(text: string, environment = ''): string[] {
  return findingsIn(text, environment).map(({ code, place }) => `${code} ${place?.line}:${place?.column}`);
}

const service = 'services:\n  api: { platform: fly, app: a, url: https://api.example.com }\n';

test('a connection string where the name of a variable belongs is told without its password', () => {
  const url = 'postgresql://owner:a-fake-pass@word@db.example.com:5432/shop';
  const [finding] = findingsIn(`schema:\n  main: { migrations: db, database: "${url}" }`);
  expect(finding?.message).toBe('`schema.main.database` is "postgresql://owner:***@db.example.com:5432/shop".');
});

describe('invalid YAML', () => {
  test.each([
    ['a tab', 'probe:\n\tapi: {}', '2:1', 'Tabs are not allowed'],
    ['the same key twice', 'probe: {}\nprobe: {}', '2:1', 'unique'],
    ['bad indentation', 'probe:\n  api: {}\n web: {}', '3:1', 'same column'],
    ['a quote that is not closed', 'probe:\n  api: "x', '2:10', 'quote'],
    ['a bracket that is not closed', 'smoke:\n  flows: [', '2:11', ']'],
    ['two documents', 'probe: {}\n---\nenv: {}', '2:1', 'more than one document'],
    ['a tag', 'probe: !!js/function x', '1:8', 'tag'],
    ['an alias without an anchor', 'probe:\n  api: *nothing', '2:8', '*nothing'],
    ['an alias that holds itself', 'probe: &all\n  api: *all', '2:8', 'contains itself'],
    ['lists without end', '['.repeat(20_000), '', 'nested too deeply'],
    [
      'mappings without end',
      Array.from({ length: 100 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
      '',
      'nested too deeply',
    ],
  ])('is refused at its place: %s', (_, text, place, words) => {
    const [first] = findingsIn(text);
    expect(first).toMatchObject({
      code: 'config/invalid-yaml',
      message: expect.stringContaining(words),
      place: { path },
    });
    if (place) expect(`${first?.place?.line}:${first?.place?.column}`).toBe(place);
  });

  test('has no more faults than a person can mend', () => {
    expect(findingsIn('['.repeat(20_000)).length).toBeLessThanOrEqual(10);
  });

  test.each([
    ['ten times ten times ten', 10],
    ['twice twice twice', 2],
  ])('cannot grow without bounds: %s', (_, times) => {
    const names = Array.from({ length: 30 }, (_, index) => `a${index}`);
    const lines = names.map((name, index) => {
      const items = index === 0 ? 'x' : `*${names[index - 1]}`;
      return `${name}: &${name} [${Array(times).fill(items).join(', ')}]`;
    });
    expect(findingsIn(lines.join('\n'))).toMatchObject([
      { code: 'config/invalid-yaml', message: expect.stringContaining('too often') },
    ]);
  });
});

describe('a file that can be read', () => {
  test.each([
    ['empty', ''],
    ['only a comment', '# later\n'],
    ['with a BOM', '\ufeffprobe: {}\n'],
    ['with CRLF', 'probe: {}\r\nenv: {}\r\n'],
    ['with one document that is marked', '---\nprobe: {}\n...\n'],
  ])('may be %s', (_, text) => {
    expect(parse(text)).toMatchObject({ probe: {}, services: {}, environment: '' });
  });

  test('may use anchors', () => {
    const text = `${service}probe:\n  api:\n    live: &probe { get: /health, within: 200ms }\n    ready: *probe\n`;
    expect(parse(text).probe.api?.ready).toMatchObject({ get: '/health', within: 200 });
  });

  test.each([
    ['a BOM', '\ufeff'],
    ['CRLF', ''],
  ])('has the right lines and columns with %s', (_, mark) => {
    const text = `${mark}probe:\n  api:\n    live: { gett: /health }\n`.replaceAll('\n', mark ? '\n' : '\r\n');
    expect(placesIn(text)).toEqual(['config/unknown-key 3:13', 'config/invalid-value 3:11']);
    expect(placesIn(`${mark}prob: {}`)).toEqual(['config/unknown-key 1:1']);
  });
});

describe('what the schema refuses', () => {
  test.each([
    ['a list at the top', '- probe', '1:1', 'The configuration is ["probe"].', 'Expected a mapping.'],
    ['a text at the top', 'probe', '1:1', 'The configuration is "probe".', 'Expected a mapping.'],
    ['a bare number', '5', '1:1', 'The configuration is 5.', 'Expected a mapping.'],
    ['a text for a section', 'probe: all', '1:8', '`probe` is "all".', 'Expected a mapping.'],
    ['a list for a section', 'probe: [api]', '1:8', '`probe` is ["api"].', 'Expected a mapping.'],
    ['a section without content', 'probe:', '1:7', '`probe` is null.', 'Expected a mapping.'],
    [
      'a number without a unit',
      `${service}probe: { api: { live: { get: /, timeout: 5 } } }`,
      '3:42',
      '`probe.api.live.timeout` is 5.',
      'Expected a duration with its unit, such as 200ms, 30s or 5m.',
    ],
    [
      'an unknown unit',
      `${service}probe: { api: { live: { get: /, timeout: 5sec } } }`,
      '3:42',
      '`probe.api.live.timeout` is "5sec".',
      'Expected a duration with its unit, such as 200ms, 30s or 5m.',
    ],
    [
      'a duration that no timer holds',
      `${service}probe: { api: { live: { get: /, timeout: 30d } } }`,
      '3:42',
      '`probe.api.live.timeout` is "30d".',
      'Expected a duration of at most 24d.',
    ],
    [
      'a fraction for a count',
      `${service}probe: { api: { live: { get: /, consecutive: 1.5 } } }`,
      '3:46',
      '`probe.api.live.consecutive` is 1.5.',
      'Expected a whole number.',
    ],
    [
      'a count of nothing',
      `${service}probe: { api: { live: { get: /, consecutive: 0 } } }`,
      '3:46',
      '`probe.api.live.consecutive` is 0.',
      'Expected at least 1.',
    ],
    [
      'a key that is missing',
      `${service}probe: { api: { live: { timeout: 5s } } }`,
      '3:23',
      '`probe.api.live` is {"timeout":"5s"}.',
      'Expected a probe with exactly one of get, head, post, put, patch, delete, options, tcp, websocket, dns, tls, grpc, postgres, redis, queue, deployment or any-of.',
    ],
    [
      'a status that is none',
      `${service}probe: { api: { live: { get: /, expect: { status: abc } } } }`,
      '3:51',
      '`probe.api.live.expect.status` is "abc".',
      'Expected an HTTP status from 100 to 599, or a list of them.',
    ],
    [
      'a status out of bounds',
      `${service}probe: { api: { live: { get: /, expect: { status: [200, 42] } } } }`,
      '3:57',
      '`probe.api.live.expect.status[1]` is 42.',
      'Expected an HTTP status from 100 to 599, or a list of them.',
    ],
    [
      'a platform that is none',
      'services: { api: { platform: heroku, url: https://x } }',
      '1:30',
      '`services.api.platform` is "heroku".',
      'Expected one of fly, vercel, render, railway, command.',
    ],
    [
      'an address without a scheme',
      'services: { api: { platform: fly, app: a, url: api.example.com } }',
      '1:48',
      '`services.api.url` is "api.example.com".',
      'Expected an http or https URL.',
    ],
    [
      'an address with a variable',
      'services: { api: { platform: fly, app: a, url: "https://${API_HOST}" } }',
      '1:48',
      '`services.api.url` is "https://${API_HOST}".',
      'Expected an address without variables: put what differs under `environments`.',
    ],
    [
      'a variable name that is none',
      'env: { api: { "DATABASE URL": {} } }',
      '1:15',
      '`env.api` has the key "DATABASE URL", which is not a valid name.',
      'Write the name of an environment variable, such as DATABASE_URL.',
    ],
    [
      'a yes for a boolean',
      'env: { api: { A: { required: yes } } }',
      '1:30',
      '`env.api.A.required` is "yes".',
      'Expected true or false.',
    ],
    [
      'a regular expression that is none',
      'env: { api: { A: { pattern: "[" } } }',
      '1:29',
      '`env.api.A.pattern` is "[".',
      'Expected a regular expression.',
    ],
    [
      'nothing to choose from',
      'env: { api: { A: { one-of: [] } } }',
      '1:28',
      '`env.api.A.one-of` is [].',
      'Expected a list that is not empty.',
    ],
    [
      'a migration folder that is no text',
      'schema: { main: { migrations: 5, database: URL } }',
      '1:31',
      '`schema.main.migrations` is 5.',
      'Expected a text.',
    ],
  ])('%s', (_, text, place, message, help) => {
    const [first, ...others] = findingsIn(text);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ code: 'config/invalid-value', severity: 'error', message, help });
    expect(`${first?.place?.line}:${first?.place?.column}`).toBe(place);
  });

  test.each([
    ['enviroments: {}', '1:1', 'Did you mean "environments"?'],
    ['env:\n  api:\n    A: { requried: true }', '3:10', 'Did you mean "required"?'],
    ['env:\n  api:\n    A: { type: secret, min_length: 3 }', '3:24', 'Did you mean "min-length"?'],
    [`${service}probe:\n  api:\n    live:\n      get: /\n      expcet: {}`, '7:7', 'Did you mean "expect"?'],
    ['services:\n  api: { platform: fly, app: a, url: https://x, prject: p }', '2:49', 'Known here: platform, app'],
    ['constructor: {}', '1:1', 'Known here: environments'],
    ['1: {}', '1:1', 'Known here: environments'],
  ])('an unknown key: %j', (text, place, help) => {
    const [first] = findingsIn(text);
    expect(first).toMatchObject({ code: 'config/unknown-key', help: expect.stringContaining(help) });
    expect(`${first?.place?.line}:${first?.place?.column}`).toBe(place);
  });

  test('several faults at once, each at its place', () => {
    const text = `
environments:
  production: { api: https://api.example.com }
services:
  api: { platform: fly, app: a, url: "\${apii}" }
probe:
  api:
    live: { get: /health, witin: 200ms, timeout: 5 }
env:
  api:
    A: { type: strng }
`;
    expect(placesIn(text)).toEqual([
      'config/unknown-name 5:38',
      'config/invalid-value 11:16',
      'config/invalid-value 8:50',
      'config/unknown-key 8:27',
    ]);
  });

  test.each([
    [`${service}probe: { apii: { live: { get: / } } }`, '3:10', 'Did you mean "api"?'],
    [
      'services: { api: { platform: fly, app: a, url: https://x, after: [wbe] }, web: { platform: fly, app: b, url: https://y } }',
      '1:67',
      'Did you mean "web"?',
    ],
    ['env: { api: { A: { differs-from: AB }, AC: {} } }', '1:34', 'Did you mean "A"?'],
    ['smoke: { flows: { order: { service: api, steps: [{ get: / }] } } }', '1:37', 'None are known here.'],
  ])('a name that nothing has: %j', (text, place, help) => {
    const [first] = findingsIn(text);
    expect(first).toMatchObject({ code: 'config/unknown-reference', help });
    expect(`${first?.place?.line}:${first?.place?.column}`).toBe(place);
  });
});

describe('environments', () => {
  const text = `
environments:
  staging: { host: staging.example.com, api: "https://\${host}", port: 8080 }
  production: { host: example.com, api: "https://api.\${host}/\${commit}" }
services:
  api: { platform: fly, app: "app-\${environment}", url: "\${api}" }
`;

  test.each([
    ['staging', 'https://staging.example.com', 'app-staging'],
    ['production', 'https://api.example.com/abc123', 'app-production'],
  ])('give %s its values, which may be made of those above', (environment, url, app) => {
    expect(parse(text, environment).services.api).toMatchObject({ url, app });
  });

  test('need no name where there is one', () => {
    expect(parse('environments: { production: {} }').environment).toBe('production');
  });

  test('need not be declared', () => {
    expect(parse('probe: {}', 'production').environment).toBe('production');
  });

  test.each([
    ['', 'Set the input `environment` to one of: staging, production.'],
    ['prodution', 'Did you mean "production"?'],
    ['__proto__', 'Known here: staging, production.'],
  ])('are refused when asked for "%s"', (environment, help) => {
    expect(findingsIn(text, environment)).toMatchObject([
      { code: 'config/unknown-environment', help, place: { path, line: 2, column: 1 } },
    ]);
  });

  test('are refused with values that are none', () => {
    expect(placesIn('environments: { production: { api: [1] } }')).toEqual(['config/invalid-value 1:36']);
    expect(placesIn('environments: [production]')).toEqual(['config/invalid-value 1:15']);
  });
});

describe('${name}', () => {
  const environment = 'environments:\n  production: { api: https://api.example.com, count: 3, constructor: mine }\n';

  function getOf(get: string): unknown {
    return parse(`${environment}${service}probe: { api: { live: { get: "${get}" } } }`).probe.api?.live;
  }

  test.each([
    ['/${environment}', '/production'],
    ['/${ commit }', '/abc123'],
    ['/${count}/${count}', '/3/3'],
    ['/${VARIABLE}', '/${VARIABLE}'],
    ['/$${literal}', '/$${literal}'],
    ['/$environment {commit}', '/$environment {commit}'],
    ['/${constructor}', '/mine'],
  ])('%s gives %s', (template, result) => {
    expect(getOf(template)).toMatchObject({ get: result });
  });

  test('keeps the kind of a value that stands alone', () => {
    const text = `${environment}${service}probe: { api: { live: { get: /, consecutive: "\${count}" } } }`;
    expect(parse(text).probe.api?.live).toMatchObject({ consecutive: 3 });
  });

  test.each([
    ['${comit}', 'Did you mean "commit"?'],
    ['${region}', 'Known here: environment, commit, api, count'],
    ['${}', 'Known here: environment, commit'],
    ['${toString}', 'Known here: environment'],
    ['${hasOwnProperty}', 'Known here: environment'],
  ])('is refused when nothing has the name: %s', (template, help) => {
    const text = `${environment}${service}probe: { api: { live: { get: "/${template}" } } }`;
    expect(findingsIn(text)).toMatchObject([
      { code: 'config/unknown-name', help: expect.stringContaining(help), place: { line: 5, column: 30 } },
    ]);
  });

  test('is refused in an environment that does not have it, whatever the others have', () => {
    const text = 'environments:\n  a: { x: 1 }\n  b: { y: "${x}" }\n';
    expect(placesIn(text, 'b')).toEqual(['config/unknown-name 3:11']);
    expect(placesIn(text, 'a')).toEqual([]);
  });

  test('is left to the gate in a flow', () => {
    const text = `${service}smoke: { flows: { order: [{ get: "/\${captured}" }] } }`;
    expect(parse(text).smoke.flows.order?.steps).toMatchObject([{ get: '/${captured}' }]);
  });
});

describe('names that mean something to JavaScript', () => {
  test('are names as any other', () => {
    const text =
      'services: { constructor: { platform: fly, app: a, url: https://x } }\nprobe: { constructor: { toString: { get: / } } }';
    const config = parse(text);
    expect(Object.keys(config.services)).toEqual(['constructor']);
    expect(Object.keys(config.probe.constructor ?? {})).toEqual(['toString']);
  });

  test.each(['services', 'env', 'probe', 'schema', 'environments'])('do no harm in %s', section => {
    const findings = findingsIn(`${section}: { __proto__: { polluted: 1, "on": [] } }`);
    expect(findings.every(({ code }) => code.startsWith('config/'))).toBe(true);
    expect({}).not.toHaveProperty('polluted');
  });
});

test('a finding can say where its key stands, even if it is written with an anchor', () => {
  const config = parse(`${service}probe:\n  api:\n    live: &p { get: / }\n    ready: *p\n`);
  expect(config.placeOfKey(['probe', 'api', 'ready'])).toEqual({ path, line: 6, column: 5 });
  expect(config.placeOf(['probe', 'api', 'ready', 'get'])).toEqual({ path, line: 6, column: 12 });
  expect(config.placeOf(['smoke', 'flows'])).toEqual({ path, line: 1, column: 1 });
});
