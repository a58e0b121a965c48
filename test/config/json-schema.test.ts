import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { jsonSchema } from '../../script/generators/json-schema.ts';
import { shareDefinitions } from '../../script/generators/share-definitions.ts';
import { emptyConfiguration, loadWholeSchema } from '../../src/config/schema.ts';

const root = join(import.meta.dirname, '../..');
const shared = shareDefinitions(await jsonSchema());
const validate = new Ajv({ strict: false }).compile(shared);
const schema = await loadWholeSchema();

/** `${name}` is replaced before zod sees a file; editors see it as it stands, where it has to be a text. */
function accepted(value: unknown): { byEditors: boolean; byGates: boolean } {
  return { byEditors: validate(value), byGates: schema.safeParse(value).success };
}

const good = {
  environments: { production: { api: 'https://api.example.com', workers: 2, beta: false } },
  services: {
    api: { platform: 'fly', app: 'a', url: 'https://api.example.com' },
    web: { platform: 'vercel', project: 'prj_1', url: 'https://app.example.com', after: ['api'] },
  },
  env: {
    api: {
      DATABASE_URL: { type: 'postgres-url', pooler: 'transaction' },
      LOG_LEVEL: { 'one-of': ['info', 'warn'], default: 'info' },
      PORT: { type: 'port' },
    },
  },
  schema: { main: { migrations: 'prisma/migrations', database: 'DATABASE_URL', 'lock-timeout': '2s' } },
  probe: { api: { ready: { get: '/ready', expect: { status: [200, 204], json: { ready: true } }, within: '200ms' } } },
  smoke: { flows: { order: [{ post: '/orders', json: {}, capture: { id: '$.id' } }, { websocket: '/ws' }] } },
};

describe('editors accept what the gates accept', () => {
  test.each([
    ['a whole configuration', good],
    ['nothing', {}],
    ['one section', { probe: good.probe }],
  ])('%s', (_, value) => {
    expect(accepted(value)).toEqual({ byEditors: true, byGates: true });
  });

  test.each([
    ['a list', []],
    ['an unknown section', { probes: {} }],
    ['an unknown key', { probe: { api: { live: { get: '/', witin: '1s' } } } }],
    ['a number without a unit', { probe: { api: { live: { get: '/', within: 5 } } } }],
    ['an unknown unit', { probe: { api: { live: { get: '/', within: '5sec' } } } }],
    ['a missing key', { services: { api: { platform: 'fly', url: 'https://x' } } }],
    ['another platform', { services: { api: { platform: 'heroku', url: 'https://x' } } }],
    ['a key of another platform', { services: { api: { ...good.services.api, project: 'x' } } }],
    ['a status out of bounds', { probe: { api: { live: { get: '/', expect: { status: 42 } } } } }],
    ['a name that is not one of a variable', { env: { api: { 'A B': {} } } }],
  ])('and reject what the gates reject: %s', (_, value) => {
    expect(accepted(value)).toEqual({ byEditors: false, byGates: false });
  });

  test.each(globSync('workflows-examples/**/release-gates.yml', { cwd: root }))('%s', file => {
    validate(parse(readFileSync(join(root, file), 'utf8')));
    expect(validate.errors ?? []).toEqual([]);
  });
});

test('a section that a file does not have is what the schema makes of an empty one', () => {
  expect(emptyConfiguration).toEqual(schema.parse({}));
});
