import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type GitHubEmulator, startGitHub } from '../../../support/emulators/github/index.ts';
import { shaOf } from '../../../support/emulators/github/repository.ts';

/** The action as a process of its own, as a pull request from a fork runs it: without any secret. */
const program = fileURLToPath(new URL('../../../../src/entries/push-schema.ts', import.meta.url));
const token = 'not-a-real-github-token';

let github: GitHubEmulator;
let folder: string;
beforeEach(async () => {
  const pulls = [{ number: 7, head: 'patch', sha: shaOf('patch'), fork: 'someone' }];
  const permissions = { contents: 'read', 'pull-requests': 'read' } as const;
  github = await startGitHub({ repository: 'acme/shop', token, pulls, permissions });
  github.changedFiles.files.set(7, [{ path: 'migrations/2_drop.sql', status: 'added' }]);
  folder = await mkdtemp(join(tmpdir(), 'release-gates-fork-'));
  await mkdir(join(folder, 'migrations'));
  await writeFile(join(folder, 'migrations/1_users.sql'), 'CREATE TABLE users (email text);');
  await writeFile(join(folder, 'migrations/2_drop.sql'), 'ALTER TABLE users DROP COLUMN email;');
  const head = { repo: { full_name: 'someone/shop' } };
  await writeFile(join(folder, 'event.json'), JSON.stringify({ pull_request: { number: 7, head } }));
  await writeFile(join(folder, 'output'), '');
});
afterEach(async () => {
  await github.stop();
  await rm(folder, { recursive: true });
});

async function run(inputs: Record<string, string>, event = 'pull_request') {
  const given = {
    migrations: 'migrations',
    database: 'DATABASE_URL',
    guards: 'true',
    'github-token': token,
    ...inputs,
  };
  const variables = Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const child = spawn(process.execPath, ['--no-warnings', program], {
    env: {
      GITHUB_WORKSPACE: folder,
      GITHUB_OUTPUT: join(folder, 'output'),
      GITHUB_EVENT_NAME: event,
      GITHUB_EVENT_PATH: join(folder, 'event.json'),
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_API_URL: github.apiUrl,
      DATABASE_URL: '',
      ...Object.fromEntries(variables),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let log = '';
  child.stdout.setEncoding('utf8').on('data', chunk => (log += chunk));
  const [code] = await once(child, 'close');
  return { code, log, outputs: await readFile(join(folder, 'output'), 'utf8') };
}

test('mode judge judges what the pull request adds', async () => {
  const { code, log, outputs } = await run({ mode: 'judge' });
  expect(code).toBe(1);
  expect(log).toContain('error schema/drops-column: The column users.email is dropped with all its values.');
  expect(log).toContain('No database was asked');
  expect(outputs).toContain('[{"database":"database","migration":"2_drop"}]');
  expect((await run({ mode: 'judge', approve: '2_drop' })).code).toBe(0);
});

test('mode judge without a token is undecided, and says which permission is missing', async () => {
  const { code, log, outputs } = await run({ mode: 'judge', 'github-token': '' });
  expect(code).toBe(1); // for an empty database nobody would miss the column
  expect(outputs).toContain('inconclusive');
  expect(log).toContain('warning schema/changes-untold');
  expect(log).toContain('pull-requests: read');
});

test('mode judge judges what a merge group adds to its base', async () => {
  const group = { base_sha: shaOf('base'), head_sha: shaOf('group') };
  github.changedFiles.compared.set(`${group.base_sha}...${group.head_sha}`, [
    { path: 'migrations/2_drop.sql', status: 'added' },
  ]);
  await writeFile(join(folder, 'event.json'), JSON.stringify({ merge_group: group }));
  const { code, log } = await run({ mode: 'judge' }, 'merge_group');
  expect(code).toBe(1);
  expect(log).toContain('error schema/drops-column');
});

describe('a pull request that allows its own drop', () => {
  const configuration = 'schema: { main: { migrations: migrations, database: DATABASE_URL } }';
  const byConfiguration = { mode: 'judge', migrations: '', database: '', config: 'release-gates.yml' };

  beforeEach(async () => {
    const base = { sha: shaOf('main') };
    const head = { sha: shaOf('patch'), repo: { full_name: 'someone/shop' } };
    await writeFile(join(folder, 'event.json'), JSON.stringify({ pull_request: { number: 7, base, head } }));
    await writeFile(join(folder, 'release-gates.yml'), configuration.replace(' }', ', destructive: allow }'));
    github.contents.files.set(`${shaOf('main')}:release-gates.yml`, configuration);
  });

  test('is judged by the policy of its base', async () => {
    const { code, log } = await run(byConfiguration);
    expect(code).toBe(1);
    expect(log).toContain('error schema/drops-column');
    expect(log).toContain('warning policy/loosened: The change loosens `schema.main.destructive`.');
    github.contents.files.set(
      `${shaOf('main')}:release-gates.yml`,
      configuration.replace(' }', ', destructive: allow }'),
    );
    const merged = await run(byConfiguration);
    expect(merged.log).not.toContain('policy/loosened');
    expect(merged.code).toBe(0);
  });

  test('is undecided at best where the base cannot be read', async () => {
    github.fail({ on: /contents/, answer: { status: 403 }, times: 9 });
    const { log, outputs } = await run({ ...byConfiguration, approve: '2_drop' });
    expect(log).toContain('warning policy/unknown-base');
    expect(outputs).toContain('inconclusive');
  });

  test('is judged without policy where the base has no configuration', async () => {
    github.contents.files.clear();
    expect((await run(byConfiguration)).log).toContain('without it, as its base does not have it');
  });
});

test('mode check cannot connect, and names mode judge', async () => {
  const { code, log } = await run({ mode: 'check' });
  expect(code).toBe(1);
  expect(log).toContain('config/fork-without-secrets');
  expect(log).toContain('Use `mode: judge` here, which needs no connection and no secret');
});
