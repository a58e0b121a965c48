import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { loadConfiguration } from '../../src/config/load.ts';
import { policyKeys } from '../../src/config/policy.ts';
import { GateError } from '../../src/core/errors.ts';
import { found } from '../../src/core/finding.ts';
import { refusedByGitHub } from '../../src/github/api.ts';

const workspace = mkdtempSync(join(tmpdir(), 'release-gates-policy-'));
afterAll(() => rmSync(workspace, { recursive: true }));

const keys = Object.values(policyKeys).flat();
const database = 'migrations: migrations, database: DATABASE_URL';

/** What a gate judges by, where the run proposes `change` to a base that has `before`; undefined for a base without a file. */
function load(before: string | undefined, change: string) {
  writeFileSync(join(workspace, 'release-gates.yml'), change);
  const request = { workspace, path: 'release-gates.yml', environment: '', commit: '' };
  return loadConfiguration(request, { keys, read: async () => before });
}

test.each([
  [
    'a drop is approved for good',
    `schema: { main: { ${database} } }`,
    `schema: { main: { ${database}, destructive: allow } }`,
    'schema.main.destructive',
  ],
  [
    'by a name of the environment',
    `{ environments: { production: { how: approve } }, schema: { main: { ${database}, destructive: "\${how}" } } }`,
    `{ environments: { production: { how: allow } }, schema: { main: { ${database}, destructive: "\${how}" } } }`,
    'schema.main.destructive',
  ],
  [
    'a lint is ignored',
    `schema: { main: { ${database}, allow: [a] } }`,
    `schema: { main: { ${database}, allow: [a, b] } }`,
    'schema.main.allow',
  ],
  [
    'row-level security is no longer asked for',
    `schema: { main: { ${database}, row-level-security: true } }`,
    `schema: { main: { ${database} } }`,
    'schema.main.row-level-security',
  ],
  [
    'a variable is ignored',
    'sources: { api: { files: [.env] } }',
    'sources: { api: { files: [.env], ignore: [DEBUG] } }',
    'sources.api.ignore',
  ],
  [
    'fewer approvals are needed',
    'preflight: { change: { approvals: { count: 2 } } }',
    'preflight: { change: { approvals: { count: 1 } } }',
    'preflight.change',
  ],
  [
    'a check is removed',
    'preflight: { backups: { main: { upstash: a }, other: { upstash: b } } }',
    'preflight: { backups: { other: { upstash: b } } }',
    'preflight.backups.main',
  ],
  ['a section is removed', 'preflight: { change: { checks: [] } }', '{}', 'preflight.change'],
  ['there was no file', undefined, `schema: { main: { ${database}, destructive: allow } }`, 'schema.main.destructive'],
])('a change does not loosen what it is judged by: %s', async (_, before, change, path) => {
  const judged = await load(before, change);
  const unchanged = before === undefined ? undefined : await load(before, before);
  expect(judged.policy).toMatchObject([
    { code: 'policy/loosened', message: expect.stringContaining(`loosens \`${path}\`.`) },
  ]);
  expect(judged.policy[0]?.place).toMatchObject({ path: 'release-gates.yml', line: 1 });
  for (const section of ['schema', 'sources', 'preflight'] as const) {
    if (unchanged) expect(judged[section]).toEqual(unchanged[section]);
  }
  if (!unchanged) expect(judged.schema.main).toMatchObject({ destructive: 'approve' });
});

test.each([
  [
    'the same',
    `schema: { main: { ${database}, destructive: allow, allow: [a, b] } }`,
    `schema: { main: { ${database}, allow: [b], destructive: allow } }`,
  ],
  [
    'stricter',
    `schema: { main: { ${database}, destructive: allow } }`,
    `schema: { main: { ${database}, row-level-security: true } }`,
  ],
  [
    'a database more',
    `schema: { main: { ${database} } }`,
    `schema: { main: { ${database} }, other: { ${database}, row-level-security: true } }`,
  ],
  [
    'a database fewer',
    `schema: { main: { ${database} }, other: { ${database}, allow: [a] } }`,
    `schema: { main: { ${database} } }`,
  ],
  ['a check more', '{}', 'preflight: { change: { checks: [] }, backups: { main: { upstash: a } } }'],
  [
    'the contract alone',
    'env: { api: { PORT: { type: port } } }',
    'env: { api: { PORT: { type: port, required: false } } }',
  ],
])('a change that loosens nothing counts at once: %s', async (_, before, change) => {
  const judged = await load(before, change);
  expect(judged.policy).toEqual([]);
  expect(judged).toMatchObject(
    await load(change, change).then(({ schema, sources, preflight }) => ({ schema, sources, preflight })),
  );
});

test('an unreadable base leaves a policy open, and none is taken from the change', async () => {
  writeFileSync(join(workspace, 'release-gates.yml'), `schema: { main: { ${database}, destructive: allow } }`);
  const request = { workspace, path: 'release-gates.yml', environment: '', commit: '' };
  const refuse = async () => {
    throw new GateError([found(refusedByGitHub, { message: 'GitHub refused.' })]);
  };
  const judged = await loadConfiguration(request, { keys, read: refuse });
  expect(judged.schema.main).toMatchObject({ destructive: 'approve' });
  expect(judged.policy.map(({ code }) => code)).toEqual(['policy/loosened', 'policy/unknown-base']);
});

test('a base is not read for a file without policy', async () => {
  writeFileSync(join(workspace, 'release-gates.yml'), 'sources: { api: { files: [.env] } }');
  const request = { workspace, path: 'release-gates.yml', environment: '', commit: '' };
  const read = async () => Promise.reject(new Error('asked'));
  const judged = await loadConfiguration(request, { keys: policyKeys['validate-env'] ?? [], read });
  expect(judged.policy).toEqual([]);
});
