import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ChangedFile } from '../../../../src/core/changed-files.ts';
import { GateError } from '../../../../src/core/errors.ts';
import { found } from '../../../../src/core/finding.ts';
import { createRecord } from '../../../../src/core/record.ts';
import { type GateReport, listFindings } from '../../../../src/core/report.ts';
import { judgeOffline } from '../../../../src/gates/push-schema/offline/gate.ts';
import { readSources } from '../../../../src/gates/push-schema/source.ts';
import { gitHubUnavailable } from '../../../../src/github/api.ts';
import { parseConfiguration } from '../../../support/configuration.ts';
import { testContext } from '../../../support/context.ts';
import { codesOf, verdictsOf } from '../workbench.ts';

let workspace: string;
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'release-gates-on-paper-'));
});
afterEach(() => rm(workspace, { recursive: true }));

async function write(files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(workspace, path)), { recursive: true });
    await writeFile(join(workspace, path), text);
  }
}

interface Given {
  /** What a pull request changes, or why that is not told; no pull request where both are left out. */
  changes?: Record<string, ChangedFile['change']>;
  untold?: string;
  approved?: string[];
  guards?: boolean;
  /** Lines of YAML below `schema.main`. */
  settings?: string;
  folder?: string;
  /** Another database of the same folder. */
  other?: string;
}

async function judge({ changes, untold, approved = [], guards = false, settings = '', folder, other }: Given = {}) {
  const lines = [`migrations: ${folder ?? 'supabase/migrations'}`, 'database: DATABASE_URL', ...settings.split('\n')];
  const databases = other ? ['main', other] : ['main'];
  const text = ['schema:', ...databases.flatMap(name => [`  ${name}:`, ...lines.map(line => `    ${line}`)])].join(
    '\n',
  );
  const config = await parseConfiguration(text, { path: 'release-gates.yml', environment: '', commit: 'c0ffee' });
  const sources = readSources(config, { databases: [], migrations: '', database: '' });
  const files = changes && Object.entries(changes).map(([path, change]) => ({ path, change }));
  const told = untold === undefined ? files : { untold };
  const record = createRecord('', 'c0ffee');
  return judgeOffline(
    { sources, guards, approved, changes: told && (async () => told), record },
    testContext({ workspace }),
  );
}

const home = 'supabase/migrations';
const users = {
  [`${home}/20260101000000_users.sql`]:
    'CREATE TABLE users (id int PRIMARY KEY, email text);\nALTER TABLE users ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON users USING (id = 1);',
};
const index = { [`${home}/20260201000000_index.sql`]: 'CREATE INDEX users_email ON users (email);' };

function seenIn(report: GateReport): string[] {
  return listFindings(report).map(({ message }) => message);
}

describe('in a pull request', () => {
  test('what it adds is judged, knowing what its base has', async () => {
    await write({ ...users, ...index, [`${home}/20260301000000_drop.sql`]: 'ALTER TABLE users DROP COLUMN email;' });
    const report = await judge({ changes: { [`${home}/20260301000000_drop.sql`]: 'added', 'README.md': 'modified' } });
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toEqual(['error schema/drops-column']);
    expect(listFindings(report)[0]?.place).toEqual({
      path: `${home}/20260301000000_drop.sql`,
      line: 1,
      column: 1,
    });
    expect(verdictsOf(report)).toEqual(['changes passed', 'main.migrations passed', 'main.judgement failed']);
    expect(report.outputs.pending).toBe('[{"database":"main","migration":"20260301000000_drop"}]');
    expect(report.record).toEqual(createRecord('', 'c0ffee'));
  });

  test('what was not looked at is said', async () => {
    await write({ ...users, ...index });
    const report = await judge({ changes: { [Object.keys(index)[0] ?? '']: 'added' } });
    expect(report.verdict).toBe('passed');
    expect(codesOf(report)).toEqual(['warning schema/index-not-concurrent']);
    expect(report.headline).toBe(
      '1 migration judged by the repository alone. No database was asked for its ledger, its schema or the size of its tables.',
    );
  });

  test('that brings no migration, nothing is judged', async () => {
    await write({ ...users, [`${home}/20260301000000_drop.sql`]: 'DROP TABLE users;' });
    const report = await judge({ changes: { 'src/app.ts': 'modified' } });
    expect(report.verdict).toBe('passed');
    expect(codesOf(report)).toEqual([]);
    expect(verdictsOf(report)).toEqual(['changes passed', 'main.migrations passed']);
    expect(report.headline).toMatch(/^The change adds no migration\. No database was asked/);
  });

  test('a migration that its base has may not change, and what it says now is judged', async () => {
    await write({ ...users, [`${home}/20260201000000_index.sql`]: 'CREATE INDEX ON users (emial' });
    const report = await judge({ changes: { [`${home}/20260201000000_index.sql`]: 'modified' } });
    expect(report.verdict).toBe('failed');
    expect(codesOf(report)).toEqual(['warning schema/merged-migration-changed', 'error schema/syntax-error']);
    expect(listFindings(report)[0]).toMatchObject({
      message: `The change modifies ${home}/20260201000000_index.sql, which its base already has.`,
      help: 'Revert the change, and make it in a new migration.',
      place: { path: `${home}/20260201000000_index.sql` },
    });
  });

  test('one that it modifies is no new table to one that it adds', async () => {
    await write({ ...users, ...index });
    const [first = '', second = ''] = [...Object.keys(users), ...Object.keys(index)];
    expect(codesOf(await judge({ changes: { [first]: 'modified', [second]: 'added' } }))).toEqual([
      'warning schema/merged-migration-changed',
      'warning schema/index-not-concurrent',
    ]);
  });

  test('one that it removes or renames is told; other files of the folder are not', async () => {
    await write({ ...users, [`${home}/20260301000000_items.sql`]: 'SELECT 1;' });
    const report = await judge({
      changes: {
        [`${home}/20260201000000_items.sql`]: 'removed',
        [`${home}/20260301000000_items.sql`]: 'added',
        [`${home}/README.md`]: 'removed',
        [`${home}/old/20250101000000_old.sql`]: 'removed',
        'elsewhere/20250101000000_old.sql': 'removed',
      },
    });
    expect(seenIn(report)).toEqual([
      `The change removes ${home}/20260201000000_items.sql, which its base already has.`,
    ]);
  });

  test('one that is older than what its base has is out of order, as its tool means it', async () => {
    await write({ ...users, [`${home}/20251201000000_late.sql`]: 'SELECT 1;' });
    const late = await judge({ changes: { [`${home}/20251201000000_late.sql`]: 'added' } });
    expect(codesOf(late)).toEqual(['error schema/out-of-order']);
    expect(seenIn(late)).toEqual([
      'The migration 20251201000000_late is older than 20260101000000_users, which the base branch already has.',
    ]);
    await write({ 'prisma/1_late/migration.sql': 'SELECT 1;', 'prisma/2_users/migration.sql': 'SELECT 1;' });
    const prisma = await judge({ folder: 'prisma', changes: { 'prisma/1_late/migration.sql': 'added' } });
    expect(codesOf(prisma)).toEqual(['warning schema/out-of-order']);
  });

  test('one that is not in the checkout is no reason to pass', async () => {
    await write(users);
    const report = await judge({ changes: { [`${home}/20260301000000_drop.sql`]: 'added' } });
    expect(report.verdict).toBe('error');
    expect(codesOf(report)).toEqual(['error schema/not-in-checkout']);
  });

  test('whose files are not told, all are judged, and what the last of them does to the others stays open', async () => {
    await write({ ...users, ...index });
    const report = await judge({ untold: 'GitHub refused the files of pull request 7.' });
    expect(report.verdict).toBe('inconclusive');
    expect(codesOf(report)).toEqual(['warning schema/changes-untold']);
    expect(seenIn(report)).toEqual(['GitHub refused the files of pull request 7.']);
    expect(verdictsOf(report)).toEqual(['changes inconclusive', 'main.migrations passed', 'main.judgement passed']);
    expect(report.headline).toMatch(/^The gate could not find out whether the migrations can be pushed\./);
  });

  test('that GitHub cannot be asked about, nothing is judged', async () => {
    await write(users);
    const changes = () => Promise.reject(new GateError([found(gitHubUnavailable, { message: 'It is down.' })]));
    const options = { sources: [], guards: true, approved: [], record: createRecord('', 'c0ffee') };
    const report = await judgeOffline({ ...options, changes }, testContext({ workspace }));
    expect(report.verdict).toBe('error');
    expect(verdictsOf(report)).toEqual(['changes error']);
    expect(report.headline).toMatch(/^The gate could not find out whether the migrations can be pushed\./);
  });
});

describe('elsewhere', () => {
  test('all are judged, as for an empty database', async () => {
    await write({ ...users, ...index, [`${home}/20260301000000_open.sql`]: 'CREATE TABLE open (id int);' });
    const report = await judge();
    expect(codesOf(report)).toEqual(['error schema/no-row-level-security']);
    expect(verdictsOf(report)).toEqual(['main.migrations passed', 'main.judgement failed']);
  });
});

describe('without a ledger', () => {
  const latin = Buffer.from('-- caf\xe9', 'latin1');
  test.each<[string, Record<string, string | Uint8Array>, string[]]>([
    [
      'two of one version',
      { '20260102000000_a.sql': 'SELECT 1;', '20260102000000_b.sql': 'SELECT 1;' },
      ['error schema/duplicate-version'],
    ],
    ['a name that does not fit', { 'orders.sql': 'SELECT 1;' }, ['warning schema/skipped-file']],
    [
      'scripts that are not UTF-8',
      { '20260102000000_a.sql': latin, '20260103000000_b.sql': latin },
      ['error schema/unreadable-script', 'error schema/unreadable-script'],
    ],
    ['a command of psql', { '20260102000000_a.sql': '\\connect shop' }, ['error schema/psql-command']],
    [
      'COMMIT on the way',
      { '20260102000000_a.sql': 'SELECT 1; COMMIT; SELECT 2;' },
      ['error schema/transaction-control'],
    ],
    [
      'what needs no transaction',
      { '20260102000000_a.sql': 'SELECT 1; VACUUM;' },
      ['error schema/needs-no-transaction'],
    ],
    ['an empty script', { '20260102000000_a.sql': '-- later' }, ['notice schema/empty-migration']],
  ])('%s is told', async (_, files, codes) => {
    await write({
      ...users,
      ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`${home}/${name}`, text])),
    });
    expect(codesOf(await judge())).toEqual(codes);
  });

  test('a missing folder is told', async () => {
    const report = await judge();
    expect(report.verdict).toBe('error');
    expect(codesOf(report)).toEqual(['error schema/missing-folder']);
  });

  test('commands that must not reach production are found', async () => {
    await write({ ...users, Procfile: 'release: npx prisma db push' });
    expect(codesOf(await judge({ guards: true }))).toEqual(['error schema/dangerous-command']);
  });
});

describe('the loss of data', () => {
  const drop = `${home}/20260301000000_drop.sql`;
  beforeEach(() => write({ ...users, [drop]: 'ALTER TABLE users DROP COLUMN email;' }));
  const changes = { [drop]: 'added' } as const;

  test('is approved by the name of the migration; another name is refused', async () => {
    const report = await judge({ changes, approved: ['20260301000000_drop'] });
    expect(report.verdict).toBe('passed');
    expect(codesOf(report)).toEqual(['notice schema/drops-column']);
    const unknown = await judge({ changes, approved: ['20260301000000_drops'] });
    expect(unknown.verdict).toBe('failed');
    expect(codesOf(unknown)).toContain('error config/invalid-input');
  });

  test('that reviewers of the environment are to approve is left to the push', async () => {
    const report = await judge({ changes, settings: 'destructive: environment' });
    expect(codesOf(report)).toEqual(['warning schema/drops-column']);
    expect(listFindings(report)[0]?.help).toContain('a reviewer of the GitHub environment must approve the run');
  });
});

test('says which database a finding is of, where two share the folder', async () => {
  await write({ 'supabase/migrations/1_a.sql': 'CREATE TABLE a ();', 'supabase/migrations/2_b.sql': 'DROP TABLE a;' });
  const report = await judge({ changes: { 'supabase/migrations/2_b.sql': 'added' }, other: 'staging' });
  expect(listFindings(report).map(({ message }) => message)).toEqual([
    'main: The table a is dropped with all its rows.',
    'staging: The table a is dropped with all its rows.',
  ]);
});
