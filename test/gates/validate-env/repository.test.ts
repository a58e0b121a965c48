import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { listFindings } from '../../../src/core/report.ts';
import { codesIn, type Run, validateFile } from './support.ts';

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function checkout(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'validate-env-checkout-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const secret = 'fake-4f9b2c7d8e1a6035';
const run = (file: string, files: Record<string, string>, variables: Record<string, string> = {}, more: Run = {}) =>
  validateFile(file, variables, { workspace: checkout(files), ...more });

describe('what the code reads and the contract lacks', () => {
  const file = (env: string, more = '') => `env: { api: { ${env} } }\nsources: { api: { code: [src], ${more} } }`;
  const codes = async (env: string, code: string, more = '') =>
    codesIn(await run(file(env, more), { 'src/main.ts': code }, {}, { sources: ['none'] }));

  test.each([
    'process.env.MISSED_ONE',
    "process.env['MISSED_ONE']",
    'process.env?.MISSED_ONE',
    'import.meta.env.MISSED_ONE',
    "Deno.env.get('MISSED_ONE')",
    'Bun.env.MISSED_ONE',
    'const { MISSED_ONE, A } = process.env;',
    'const { MISSED_ONE: renamed } = import.meta.env;',
  ])('is told: %s', async code => {
    expect(await codes('A: {}', `A; ${code}`)).toEqual(['env/undeclared-variable']);
  });

  test('at its line, once, with how often', async () => {
    const text = 'const a = process.env.A;\n\n  use(process.env.MISSED);\nagain(process.env.MISSED);\n';
    const report = await run(file('A: {}'), { 'src/deep/main.ts': text }, {}, { sources: ['none'] });
    expect(listFindings(report)).toMatchObject([
      {
        code: 'env/undeclared-variable',
        severity: 'error',
        message: 'The code of api reads MISSED (and 1 more place). The contract does not declare it.',
        place: { path: 'src/deep/main.ts', line: 3, column: 7 },
      },
    ]);
    expect(report).toMatchObject({
      verdict: 'failed',
      headline: '0 of 1 check of the repository passed; values were skipped.',
    });
  });

  test('is a notice when the code goes on without it', async () => {
    const report = await run(
      file('A: {}'),
      { 'src/a.ts': 'A; process.env.SOFT ?? 1; process.env.OTHER || 2' },
      {},
      { sources: ['none'] },
    );
    expect(listFindings(report).map(({ severity }) => severity)).toEqual(['notice', 'notice']);
    expect(report.verdict).toBe('passed');
  });

  test('is seen in a schema that gets the whole environment', async () => {
    const text = 'const schema = z.object({\n  DATABASE_URL: z.string(),\n});\nschema.parse(process.env); A';
    expect(await codes('A: {}', text)).toEqual(['env/undeclared-variable']);
  });

  test.each([
    ['declared', 'A: {}', 'process.env.A'],
    ['given by Node.js or a platform', 'A: {}', 'A; process.env.NODE_ENV; process.env.VERCEL_URL; import.meta.env.DEV'],
    ['ignored', 'A: {}', 'A; process.env.LEGACY', 'ignore: [LEGACY]'],
    ['in a comment', 'A: {}', 'A\n// process.env.OLD\n * process.env.OLD'],
    ['written, not read', 'A: {}', "A; process.env.OUT = 'x'"],
  ])('is not told when it is %s', async (_, env, code, more = '') => {
    expect(await codes(env, code, more)).toEqual([]);
  });

  test('and not what was installed, built or only tested', async () => {
    const report = await run(
      file('A: {}'),
      {
        'src/a.ts': 'process.env.A',
        'src/node_modules/x/index.js': 'process.env.X',
        'src/dist/x.js': 'process.env.X',
        'src/a.test.ts': 'process.env.X',
        'src/readme.md': 'process.env.X',
      },
      {},
      { sources: ['none'] },
    );
    expect(codesIn(report)).toEqual([]);
    expect(report.checks).toMatchObject([{ name: 'api: code', detail: '1 variable read in 1 file' }]);
  });

  test('a link that leads out of the checkout is not followed', async () => {
    const outside = checkout({ 'x.ts': 'process.env.OUTSIDE' });
    const workspace = checkout({ 'src/a.ts': 'process.env.A' });
    symlinkSync(outside, join(workspace, 'src/link'));
    symlinkSync(join(outside, 'x.ts'), join(workspace, 'src/x.ts'));
    expect(codesIn(await validateFile(file('A: {}'), {}, { workspace, sources: ['none'] }))).toEqual([]);
  });

  test.each([
    ['a path', '../outside'],
    ['a link that is named itself', 'link'],
    ['a file below a link', 'link/x.ts'],
  ])('%s that leads out of the checkout is not read', async (_, path) => {
    const above = checkout({ 'outside/x.ts': 'process.env.OUTSIDE', 'in/src/a.ts': 'process.env.A' });
    symlinkSync('../outside', join(above, 'in/link'));
    const contract = `env: { api: { A: {} } }\nsources: { api: { code: [src, ${path}] } }`;
    const report = await validateFile(contract, {}, { workspace: join(above, 'in'), sources: ['none'] });
    expect(report.verdict).toBe('error');
    expect(listFindings(report)).toMatchObject([
      { code: 'env/outside-checkout', message: `${path} leads out of the checkout, or nowhere, and was not read.` },
    ]);
  });

  test('a link that stays in the checkout is followed where it is named itself', async () => {
    const workspace = checkout({ 'packages/a/x.ts': 'process.env.MISSED; process.env.A' });
    symlinkSync('packages/a', join(workspace, 'src'));
    const report = await validateFile(file('A: {}'), {}, { workspace, sources: ['none'] });
    expect(listFindings(report)).toMatchObject([{ code: 'env/undeclared-variable', place: { path: 'src/x.ts' } }]);
  });

  test.each(['../outside', 'link'])('the folder of a service is one of the checkout: %s', async path => {
    const above = checkout({ 'outside/Dockerfile': 'RUN prisma db push', 'in/.keep': '' });
    symlinkSync('../outside', join(above, 'in/link'));
    const contract = `env: { api: { A: {} } }\nsources: { api: { folder: ${path} } }`;
    const judged = validateFile(contract, {}, { workspace: join(above, 'in'), sources: ['none'] });
    await expect(judged).rejects.toMatchObject({ findings: [{ code: 'env/outside-checkout' }] });
  });

  test('a folder that is not there is an error, not a pass', async () => {
    const report = await run(file('A: {}'), { 'README.md': '' }, {}, { sources: ['none'] });
    expect(report.verdict).toBe('error');
    expect(codesIn(report)).toEqual(['env/missing-folder']);
  });
});

test('a run that looks at nothing does not pass', async () => {
  await expect(run('env: { api: { A: {} } }', {}, {}, { sources: ['none'] })).rejects.toThrow(
    'There is nothing to check',
  );
});

describe('what the contract has and the code does not', () => {
  test('is told at the contract', async () => {
    const report = await run(
      'env: { api: { A: {}, OLD: {} } }\nsources: { api: { code: [src] } }',
      { 'src/a.ts': 'process.env.A' },
      {},
      { sources: ['none'] },
    );
    expect(listFindings(report)).toMatchObject([
      { code: 'env/unused-variable', severity: 'notice', place: { path: 'release-gates.yml', line: 1, column: 22 } },
    ]);
  });

  test('may be named anywhere, as in a schema of Prisma', async () => {
    const file = 'env: { api: { DIRECT_URL: {}, B: {} } }\nsources: { api: { code: [prisma] } }';
    const files = { 'prisma/schema.prisma': 'directUrl = env("DIRECT_URL")', 'prisma/b.ts': "get('B')" };
    expect(codesIn(await run(file, files, {}, { sources: ['none'] }))).toEqual([]);
  });
});

test('[G3] code that reads what its service must not have is told', async () => {
  const file = `
env: { api: { SERVICE_KEY: { never-in: others } }, web: { A: {} } }
sources: { web: { code: [web] } }`;
  const report = await run(file, { 'web/a.ts': 'process.env.A; process.env.SERVICE_KEY' }, {}, { sources: ['none'] });
  expect(listFindings(report)).toMatchObject([
    { code: 'env/forbidden-variable', place: { path: 'web/a.ts', line: 1 } },
  ]);
});

describe('[G4] the built client files', () => {
  const file = `
env: { api: { JWT_SECRET: { type: secret } }, web: { VITE_KEY: { type: supabase-key, role: publishable } } }
sources: { web: { client: [dist] } }`;
  const variables = { JWT_SECRET: `${secret}"/+`, VITE_KEY: 'sb_publishable_fake0123456789' };
  const search = (content: string) => run(file, { 'dist/assets/index-abc.js': content }, variables);

  test.each([
    ['as it is', `const s='${secret}"/+'`],
    ['escaped', `const s="${secret}\\"/+"`],
    ['in base64', Buffer.from(variables.JWT_SECRET).toString('base64')],
    ['percent-encoded', encodeURIComponent(variables.JWT_SECRET)],
  ])('hold a secret of another service: %s', async (_, content) => {
    const report = await search(`\n  ${content}`);
    expect(listFindings(report)).toMatchObject([
      {
        code: 'env/secret-in-client-files',
        message: 'dist/assets/index-abc.js contains the value of api.JWT_SECRET.',
        place: { path: 'dist/assets/index-abc.js', line: 2 },
      },
    ]);
    expect(JSON.stringify(report)).not.toContain(secret);
  });

  test('hold a key of a provider that no one declared', async () => {
    const report = await search("let k='sk_live_fake0123456789abcd'");
    expect(listFindings(report)[0]?.message).toBe('dist/assets/index-abc.js contains a secret key of Stripe.');
  });

  test.each([
    [
      'a token of role service_role',
      `k="${['{"alg":"HS256"}', '{"role":"service_role"}'].map(part => Buffer.from(part).toString('base64url')).join('.')}.fake0123456789abcdef"`,
    ],
    ['a private key', `k="-----BEGIN PRIVATE KEY-----\\nMC4CAQAwBQYDK2VwBCIEIFake"`],
    ['an address with a password', 'u="postgresql://app:pw@db.internal.test/app"'],
  ])('hold %s, beside a value that is known', async (what, code) => {
    const report = await search(`a='${secret}"/+';${code}`);
    expect(listFindings(report).map(({ message }) => message)).toEqual([
      'dist/assets/index-abc.js contains the value of api.JWT_SECRET.',
      `dist/assets/index-abc.js contains ${what}.`,
    ]);
  });

  test('hold only what browsers may have', async () => {
    const report = await search(`let k='${variables.VITE_KEY}', p='pk_live_fake0123456789abcd'`);
    expect(report.verdict).toBe('passed');
  });
});

describe('[G4] code that reads the name of a secret under a public prefix', () => {
  const file = (env: string) => `env: { web: { ${env} } }\nsources: { web: { code: [src] } }`;
  const codes = async (env: string, code: string) =>
    codesIn(await run(file(env), { 'src/main.ts': code }, {}, { sources: ['none'] }));

  test.each(['NEXT_PUBLIC_JWT_SECRET', 'VITE_DB_PASSWORD', 'GATSBY_SUPABASE_SERVICE_ROLE_KEY'])('%s', async name => {
    const code = `process.env.${name}`;
    expect(await codes('A: { required: false }', `A; ${code}`)).toEqual(['env/secret-under-public-prefix']);
    expect(await codes(`${name}: {}`, code)).toEqual(['env/secret-under-public-prefix']);
    expect(await codes(`${name}: { public: true }`, code)).toEqual([]);
  });

  test.each(['NEXT_PUBLIC_MAPBOX_TOKEN', 'VITE_POSTHOG_KEY', 'NEXT_PUBLIC_SHOW_PASSWORD', 'VITE_PASSWORD_MIN_LENGTH'])(
    'and not %s',
    async name => expect(await codes(`${name}: {}`, `process.env.${name}`)).toEqual([]),
  );
});

describe('paths that hold nothing to look at', () => {
  test.each([
    ['code', 'code: [src]', { 'src/main.py': 'import os', 'src/main.test.ts': 'process.env.A' }, 'src'],
    ['client files', 'client: [dist]', { 'dist/logo.png': '' }, 'dist'],
  ])('are an error, not green: %s', async (_, source, files, path) => {
    const contract = `env: { api: { A: {} } }\nsources: { api: { ${source} } }`;
    const report = await run(contract, files as Record<string, string>, {}, { sources: ['none'] });
    expect(report.verdict).toBe('error');
    expect(listFindings(report)).toMatchObject([
      { code: 'env/nothing-searched', message: expect.stringContaining(`${path} contains no `) },
    ]);
  });
});

describe('[P5] ports', () => {
  const file = 'env: { api: { PORT: { type: port, default: 8080 } } }\nsources: { api: { folder: apps/api } }';
  const fly = (port: number, env = '') =>
    `app = "x"\n[env]\n${env}\n[http_service]\n  internal_port = ${port} # web\n[metrics]\n  port = 9091\n`;
  const docker = (port: number) => `FROM node AS build\nEXPOSE 1\nFROM node\nEXPOSE ${port}/tcp\n`;

  test('agree', async () => {
    const files = { 'apps/api/fly.toml': fly(8080, 'PORT = "8080"'), 'apps/api/Dockerfile': docker(8080) };
    const report = await run(file, files, { PORT: '8080' });
    expect(report).toMatchObject({ verdict: 'passed' });
    expect(report.checks.find(({ name }) => name === 'api: ports')?.detail).toContain(
      '`EXPOSE` in apps/api/Dockerfile',
    );
  });

  test.each([
    ['fly.toml', { 'apps/api/fly.toml': fly(3000) }, {}, 5],
    ['its [env]', { 'apps/api/fly.toml': fly(8080, 'PORT = "3000"') }, {}, 3],
    ['the Dockerfile', { 'apps/api/Dockerfile': docker(3000) }, {}, 4],
    ['the variable', { 'apps/api/fly.toml': fly(8080) }, { PORT: '3000' }, 5],
  ])('do not: %s', async (_, files, variables, line) => {
    const report = await run(file, files as Record<string, string>, variables as Record<string, string>);
    expect(listFindings(report)).toMatchObject([{ code: 'env/ports-differ', place: { line } }]);
  });
});

describe('[R6] `prisma db push` in what a release runs', () => {
  const file = 'env: { api: { A: {} } }\nsources: { api: { folder: . } }';
  const codes = async (files: Record<string, string>) => codesIn(await run(file, files, { A: 'x' }));

  test.each([
    ['package.json', '{\n "scripts": {\n  "start": "prisma db push && node ."\n }\n}'],
    ['package.json', '{\n "scripts": {\n  "build:prod": "npx prisma db push --accept-data-loss"\n }\n}'],
    ['Dockerfile', 'FROM node\nCMD npx prisma db push && node .'],
    ['fly.toml', '[deploy]\n release_command = "npx prisma db push"'],
    ['render.yaml', 'services:\n  - startCommand: npx prisma  db push'],
    ['vercel.json', '{ "buildCommand": "prisma db push && next build" }'],
    ['.github/workflows/deploy.yml', 'jobs:\n  x:\n    steps:\n      - run: npx prisma db push'],
  ])('is found: %s', async (path, text) => {
    expect(await codes({ [path]: text })).toEqual(['env/db-push-on-release']);
  });

  test.each([
    ['package.json', '{\n "scripts": {\n  "dev": "prisma db push",\n  "start": "prisma migrate deploy"\n }\n}'],
    ['Dockerfile', '# never prisma db push\nCMD node .'],
  ])('is not seen where it does no harm: %s', async (path, text) => {
    expect(await codes({ [path]: text })).toEqual([]);
  });
});

test('a secret with the value of an example file is told', async () => {
  const report = await run(
    'env: { api: { KEY: { type: secret } } }',
    { '.env.example': `KEY=${secret}\n` },
    { KEY: secret },
  );
  expect(listFindings(report)[0]?.message).toBe('api.KEY has the value of an example file in the repository.');
});
