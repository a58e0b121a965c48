import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { loadConfiguration } from '../../../src/config/load.ts';
import { GateError } from '../../../src/core/errors.ts';
import { smokeTest } from '../../../src/gates/smoke-test/gate.ts';
import { importFlows } from '../../../src/gates/smoke-test/import/import.ts';
import { planSmoke } from '../../../src/gates/smoke-test/plan/plan.ts';
import { testContext } from '../../support/context.ts';
import { bodyOf, type RunningServer, seenIn, serve } from './support.ts';

let folder: string;
let server: RunningServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smoke-import-'));
  await symlink(tmpdir(), join(folder, 'link-out'));
  server = await serve(async (request, response) => {
    const body = await bodyOf(request);
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ token: 't-1', url: request.url, body, authorization: request.headers.authorization }));
  });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

async function imported(name: string, text: string) {
  await writeFile(join(folder, name), text);
  const context = testContext({ workspace: folder });
  const report = await importFlows(name, context);
  const file = await readFile(join(folder, report.outputs.imported ?? ''), 'utf8');
  return { report, file, flows: parse(file).flows, notes: context.logged };
}

/** Includes the file that an import made, and takes its flows. */
async function take(include: string, variables: Record<string, string> = {}) {
  const text = `services:\n  api: { platform: fly, app: api, url: "${server.url}" }\nsmoke: { include: [${include}] }\n`;
  await writeFile(join(folder, 'release-gates.yml'), text);
  const config = await loadConfiguration({ workspace: folder, path: 'release-gates.yml', environment: '', commit: '' });
  const context = testContext({ workspace: folder, variables });
  return smokeTest(planSmoke(config, { flows: [], tags: [] }, context), context);
}

describe('a flow file is made of', () => {
  test('a Hurl file, and can run', async () => {
    const { flows, notes } = await imported(
      'login.hurl',
      `# signs in
POST {{host}}/login?x=1
Content-Type: application/json
{
  "user": "me"
}
HTTP 200
[Captures]
token: jsonpath "$.token"
[Asserts]
jsonpath "$.token" == "t-1"
jsonpath "$.body" contains "me"
duration < 5000
xpath "//a" exists

GET {{host}}/me
Authorization: Bearer {{token}}
[QueryStringParams]
page: 2
[Options]
location: true
compressed: true
HTTP *
[Asserts]
jsonpath "$.authorization" == "Bearer {{token}}"
`,
    );
    expect(flows).toEqual({
      login: [
        {
          post: '${HOST}/login?x=1',
          headers: { 'Content-Type': 'application/json' },
          json: { user: 'me' },
          within: '5000ms',
          expect: { status: 200, values: { '$.token': 't-1', '$.body': { contains: 'me' } } },
          capture: { token: '$.token' },
        },
        {
          get: '${HOST}/me',
          headers: { Authorization: 'Bearer ${token}' },
          query: { page: '2' },
          follow: 10,
          expect: { values: { '$.authorization': 'Bearer ${token}' } },
        },
      ],
    });
    expect(notes).toEqual([
      'Not imported: line 2 (POST {{host}}/login?x=1): the assertion `xpath "//a" exists`',
      'Not imported: line 16 (GET {{host}}/me): the option compressed',
    ]);
    expect(seenIn(await take('login.flows.yml', { HOST: server.url }))).toEqual([]);
  });

  test('a Postman collection, and can run', async () => {
    const script =
      'pm.test("ok", () => pm.response.to.have.status(200));\nconst body = pm.response.json();\npm.environment.set("token", body.token);';
    const collection = {
      info: { name: 'Trading', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
      variable: [{ key: 'host', value: 'x' }],
      item: [
        {
          name: 'Sign-in',
          item: [
            {
              name: 'Log in',
              event: [{ listen: 'test', script: { exec: script.split('\n') } }],
              request: {
                method: 'POST',
                url: { raw: '{{host}}/login' },
                header: [{ key: 'X-A', value: '1' }],
                body: { mode: 'raw', raw: '{"user": "me"}' },
              },
            },
            {
              name: 'Me',
              request: {
                method: 'GET',
                url: '{{host}}/me',
                auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{token}}' }] },
              },
            },
          ],
        },
        {
          name: 'Form',
          request: {
            method: 'POST',
            url: '{{host}}/form',
            body: { mode: 'urlencoded', urlencoded: [{ key: 'a', value: '1' }] },
            auth: { type: 'ntlm' },
          },
        },
      ],
    };
    const { flows, notes } = await imported('trading.json', JSON.stringify(collection));
    expect(flows).toEqual({
      Trading: [{ name: 'Form', post: '${HOST}/form', form: { a: '1' } }],
      'Sign-in': [
        {
          name: 'Log in',
          post: '${HOST}/login',
          headers: { 'X-A': '1' },
          json: { user: 'me' },
          expect: { status: 200 },
          capture: { token: '$.token' },
        },
        { name: 'Me', get: '${HOST}/me', bearer: '${token}' },
      ],
    });
    expect(notes.join('\n')).toContain('Form: authentication by ntlm');
    expect(seenIn(await take('trading.flows.yml', { HOST: server.url }))).toEqual([]);
  });

  test('an OpenAPI document, and can run', async () => {
    const { flows, notes } = await imported(
      'api.yaml',
      `openapi: 3.1.0
paths:
  /markets/{slug}:
    get:
      tags: [markets]
      summary: One market
      parameters: [{ name: slug, in: path, example: btc }, { name: page, in: query, required: true, schema: { default: 1 } }]
      responses: { "200": { content: { application/json: { schema: { $ref: "#/components/schemas/Market" } } } } }
  /orders:
    post: { tags: [orders], requestBody: { content: {} }, responses: { "201": {} } }
    get: { tags: [orders], security: [{ bearer: [] }], responses: { default: {} } }
components:
  schemas:
    Market: { type: object, required: [token], properties: { token: { type: string }, next: { $ref: "#/components/schemas/Market" } } }
`,
    );
    expect(flows).toEqual({
      markets: [
        {
          name: 'One market',
          get: '/markets/btc',
          query: { page: '1' },
          expect: {
            status: 200,
            schema: { type: 'object', required: ['token'], properties: { token: { type: 'string' }, next: {} } },
          },
        },
      ],
      orders: [{ get: '/orders', bearer: '${TOKEN}', expect: {} }],
    });
    expect(notes).toEqual([
      expect.stringContaining('GET /orders: its authentication'),
      expect.stringContaining('POST /orders: the operation, because it needs a body'),
    ]);
    expect(seenIn(await take('api.flows.yml', { TOKEN: 'made-up' }))).toEqual([]);
  });

  test.each([
    ['none.hurl', undefined, 'it could not be read'],
    ['other.json', '{}', 'it is neither a Hurl file, a Postman collection'],
    ['broken.yaml', 'a: [', 'it is neither a Hurl file, JSON nor YAML'],
    ['link-out/login.hurl', undefined, 'it is outside the repository'],
    ['../../etc/hostname', undefined, 'it is outside the repository'],
  ])('but not of %s', async (name, text, message) => {
    if (text !== undefined) await writeFile(join(folder, name), text);
    await expect(importFlows(name, testContext({ workspace: folder }))).rejects.toThrow(message);
  });
});

test('an existing flow file is not overwritten, unless it would stay the same', async () => {
  const hurl = 'GET {{API_URL}}/\nHTTP 200\n';
  const { file } = await imported('again.hurl', hurl);
  expect((await imported('again.hurl', hurl)).file).toBe(file);
  await writeFile(join(folder, 'again.flows.yml'), `${file}# mended by hand\n`);
  await expect(imported('again.hurl', hurl)).rejects.toThrow(
    'The input `import` names again.hurl, but the file again.flows.yml for its flows already exists. Delete or rename it, then import again.',
  );
  expect(await readFile(join(folder, 'again.flows.yml'), 'utf8')).toContain('# mended by hand');
});

test('a flow file is not written through a link', async () => {
  await symlink(join(folder, 'elsewhere.yml'), join(folder, 'linked.flows.yml'));
  await expect(imported('linked.hurl', 'GET {{API_URL}}/\nHTTP 200\n')).rejects.toThrow('already exists');
  await expect(readFile(join(folder, 'elsewhere.yml'))).rejects.toMatchObject({ code: 'ENOENT' });
});

describe('a file that is included', () => {
  test('tells its own lines', async () => {
    await writeFile(join(folder, 'more.yml'), 'flows:\n  more:\n    - get: /\n    - get: "/${unknown}"\n');
    await expect(take('more.yml')).rejects.toMatchObject({
      findings: [{ code: 'config/unknown-name', place: { path: 'more.yml', line: 4, column: 12 } }],
    });
  });

  test.each([
    ['is not there', 'nothing.yml', undefined, 'config/missing-include', 'release-gates.yml', 3],
    ['is outside the repository', '../x.yml', undefined, 'config/missing-include', 'release-gates.yml', 3],
    ['is no YAML', 'bad.yml', 'a: [', 'config/invalid-yaml', 'bad.yml', 1],
    ['has an unknown section', 'odd.yml', 'flow: {}', 'config/unknown-key', 'odd.yml', 1],
    ['has a fault', 'fault.yml', 'flows:\n  a: [{ gett: / }]', 'config/invalid-value', 'fault.yml', 2],
  ])('is reported if it %s', async (_what, name, text, code, path, line) => {
    if (text !== undefined) await writeFile(join(folder, name), text);
    const error = await take(name).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(GateError);
    expect(error).toMatchObject({ findings: [{ code, place: { path, line } }] });
  });
});
