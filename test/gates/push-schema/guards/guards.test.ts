import { beforeEach, expect, test } from '@jest/globals';
import { listFindings } from '../../../../src/core/report.ts';
import { codesOf, verdictsOf, type Workbench, withWorkbench } from '../workbench.ts';

let bench: Workbench;
withWorkbench(opened => {
  bench = opened;
});

beforeEach(async () => {
  await bench.supabase({ '1_users': 'CREATE TABLE users ();' });
});

const scripts = (values: Record<string, string>) => JSON.stringify({ scripts: values }, null, 2);
const workflow = (job: string, run: string) =>
  `on: push\njobs:\n  release:\n    runs-on: ubuntu-latest\n${job}    steps:\n      - run: ${run}\n`;

const written: [path: string, text: string, line: number, severity: string][] = [
  ['package.json', scripts({ build: 'tsc', start: 'npx prisma db push && node server.js' }), 4, 'error'],
  ['apps/api/package.json', scripts({ start: 'npm run db', db: 'drizzle-kit push --force' }), 4, 'error'],
  ['package.json', scripts({ 'start:prod': 'prisma db seed && node .' }), 3, 'error'],
  ['package.json', scripts({ postinstall: 'tsx prisma/seed.ts' }), 3, 'error'],
  ['render.yaml', 'services:\n  - type: web\n    startCommand: npx prisma migrate reset --force\n', 3, 'error'],
  ['Procfile', 'web: node .\nrelease: npx prisma db push --accept-data-loss\n', 2, 'error'],
  ['Dockerfile', 'FROM node\n# CMD npx prisma db push\nCMD npx prisma db push && node .\n', 3, 'error'],
  ['Dockerfile', 'FROM node\nCMD ["npx", "prisma", "db", "push"]\n', 2, 'error'],
  ['Dockerfile', 'FROM node\nRUN npm ci && \\\n  npx prisma db push\nUSER node\n', 3, 'error'],
  [
    'render.yaml',
    'services:\n  - type: web\n    buildCommand: |\n      npm ci\n\n      npx prisma db push\n    name: a\n',
    6,
    'error',
  ],
  ['fly.toml', '[deploy]\n  release_command = "npx prisma db push"\n', 2, 'error'],
  ['railway.json', '{\n  "deploy": {\n    "startCommand": "npx drizzle-kit push"\n  }\n}', 3, 'error'],
  ['.github/workflows/a.yml', workflow('    environment: production\n', 'npx prisma db push'), 7, 'error'],
  [
    '.github/workflows/a.yml',
    workflow('', '|\n          npm ci\n          npx supabase db reset --linked'),
    8,
    'warning',
  ],
];

test.each(written)('R6, G6: is found before anything is applied, in %s: %j', async (path, text, line, severity) => {
  await bench.write({ [path]: text });
  const report = await bench.push({ guards: true });
  expect(codesOf(report)).toEqual([`${severity} schema/dangerous-command`]);
  expect(listFindings(report)[0]?.place).toEqual({ path, line });
  const applied = await bench.sql("SELECT FROM pg_tables WHERE tablename = 'users'");
  expect(applied).toHaveLength(severity === 'error' ? 0 : 1);
});

test.each([
  [
    'package.json',
    scripts({ dev: 'prisma migrate dev', 'db:push': 'prisma db push', start: 'prisma migrate deploy && node .' }),
  ],
  ['package.json', 'not JSON'],
  [
    '.github/workflows/test.yml',
    workflow('    env: { DATABASE_URL: "postgres://u:p@localhost:5432/t" }\n', 'npx prisma db push'),
  ],
  ['Procfile', 'release: npx prisma db push # release-gates: allow schema/dangerous-command a database for reviews\n'],
  ['node_modules/other/package.json', scripts({ start: 'prisma db push' })],
  ['render.yaml', 'services:\n  - buildCommand: >-\n      npm ci\n    envVars:\n      - value: npx prisma db push\n'],
  ['README.md', 'start: npx prisma db push'],
])('says nothing of what production does not run: %s %j', async (path, text) => {
  await bench.write({ [path]: text });
  const report = await bench.push({ guards: true });
  expect(codesOf(report)).toEqual([]);
  expect(verdictsOf(report)).toContain('guards passed');
});
