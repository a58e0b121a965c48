import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { VercelService } from '../../../src/config/schema/services.ts';
import { cli } from '../../../src/platforms/vercel/prebuilt.ts';
import type { VercelEmulator } from '../../support/emulators/vercel/index.ts';
import { vercelCli } from '../../support/vendors.ts';
import { codesOf, findingsOf, listener, never, slowState } from '../support.ts';
import { commits, countOf, creations, deploymentOf, liveOn, platformOn, startProject, token } from './vercel.ts';

let vercel: VercelEmulator;
let folder: string;

beforeEach(async () => {
  vercel = await startProject();
  folder = await mkdtemp(join(tmpdir(), 'vercel-'));
  await mkdir(join(folder, 'web/.vercel/output/static'), { recursive: true });
  await writeFile(join(folder, 'web/.vercel/output/config.json'), '{"version":3}');
  await writeFile(join(folder, 'web/.vercel/output/static/index.html'), '<h1>good</h1>');
});

afterEach(async () => {
  await Promise.all([vercel.stop(), rm(folder, { recursive: true })]);
});

/** An `npx` on the PATH that runs these lines of shell. */
async function platformWith(lines: string, service: Partial<VercelService> = {}) {
  const npx = join(folder, 'npx');
  await writeFile(npx, `#!/bin/sh\necho "$@" > "${folder}/arguments"\nenv > "${folder}/env"\n${lines}\n`);
  await chmod(npx, 0o755);
  return platformOn(vercel, {
    factor: 50,
    service: { prebuilt: true, directory: 'web', ...service },
    variables: { PATH: `${folder}:/usr/bin:/bin`, HOME: folder, FLY_API_TOKEN: 'not-this-one' },
    context: { workspace: folder },
  });
}

describe('a build of the workflow', () => {
  const real = `shift 2\nexec "${process.execPath}" "${vercelCli}" "$@"`;

  test('is uploaded by the CLI and live', async () => {
    const platform = await platformWith(real);
    expect(await platform.obstaclesToDeploy(commits.good, never)).toEqual([]);
    const progress = listener();
    const change = await platform.deploy(commits.good, never, progress);
    expect(change).toMatchObject({ verdict: 'passed', live: { deployment: { commit: commits.good } } });
    expect(change.by).toBe(cli);
    expect(liveOn(vercel).request).toMatchObject({ source: 'cli', target: 'production' });
    expect(countOf(vercel, /^POST \/v2\/files/)).toBeGreaterThan(0);
    expect(countOf(vercel, creations)).toBe(2); // the first one hears which files are missing
    const given = await readFile(join(folder, 'arguments'), 'utf8');
    expect(given).toContain(`--yes ${cli} deploy --prebuilt --prod --no-wait --yes`);
    expect(given).not.toContain(token);
    expect(progress.said.join('\n')).not.toContain(token);
    const env = await readFile(join(folder, 'env'), 'utf8');
    expect(env).toContain(`VERCEL_TOKEN=${token}`);
    expect(env).not.toContain('FLY_API_TOKEN');
  });

  test('is staged without its domains, and promoted', async () => {
    const { staging } = await platformWith(real, { strategy: 'stage-then-promote' });
    const built = await staging?.stage(commits.good, never, listener());
    expect(built).toMatchObject({ verdict: 'passed', staged: { commit: commits.good } });
    expect(deploymentOf(vercel, commits.good).request.autoAssignCustomDomains).toBe(false);
    expect(liveOn(vercel).request.commit).toBe(commits.old);
    if (built?.staged) await staging?.promote(built.staged, never, listener());
    expect(liveOn(vercel).request.commit).toBe(commits.good);
  });
});

describe('an upload', () => {
  test('that the CLI gives up is told with its last line; nothing is live', async () => {
    const platform = await platformWith('echo "Error: The registry did not answer" >&2\nexit 1');
    const findings = await findingsOf(platform.deploy(commits.good, never, listener()));
    expect(codesOf(findings)).toEqual(['platform/upload-failed']);
    expect(findings[0]?.message).toContain('status 1. Its last line: Error: The registry did not answer');
    expect(countOf(vercel, creations)).toBe(0);
  });

  /** Cancelled once the CLI has written a line, after which it would go on for ever. */
  async function cancelled(lines: string, service: Partial<VercelService> = {}): Promise<string> {
    const platform = await platformWith(`${lines}\necho started\nwhile :; do :; done`, service);
    const run = new AbortController();
    const progress = listener();
    progress.quote = () => run.abort(new Error('cancelled'));
    const { staging } = platform;
    const begun = staging
      ? staging.stage(commits.good, run.signal, progress)
      : platform.deploy(commits.good, run.signal, progress);
    await expect(begun).rejects.toThrow('cancelled');
    return progress.said.at(-1) ?? '';
  }

  test('that is cancelled before Vercel has it may have been complete, which is said', async () => {
    expect(await cancelled('')).toMatch(/lists no deployment of this release.*may still become READY and live\.$/);
    expect(await cancelled('', { strategy: 'stage-then-promote' })).toMatch(/become READY, but not live\.$/);
  });

  test('that is cancelled when Vercel has it is cancelled there', async () => {
    await vercel.stop();
    vercel = await startProject({}, { build: slowState });
    const created = `"${process.execPath}" "${await uploader()}" "$@"`;
    expect(await cancelled(created)).toMatch(/The build of dpl_\w+ was cancelled on Vercel/);
    expect(deploymentOf(vercel, commits.good).state).toBe('CANCELED');
  });

  test('that is cancelled when Vercel cannot be asked says so', async () => {
    vercel.fail({ on: /^GET \/v6\/deployments/, times: Number.POSITIVE_INFINITY, answer: { status: 403 } });
    expect(await cancelled('')).toMatch(
      /did not say whether it has the release, which may still become READY and live: /,
    );
  });

  /** What the CLI does at last: creates the deployment with the `--meta` that it was given. */
  async function uploader(): Promise<string> {
    const file = join(folder, 'uploader.mjs');
    await writeFile(
      file,
      `const pairs = process.argv.flatMap((arg, at, all) => (arg === '--meta' ? [all[at + 1].split('=')] : []));
       const body = { name: 'web', project: 'prj_web', target: 'production', files: [], meta: Object.fromEntries(pairs) };
       const headers = { authorization: 'Bearer ' + process.env.VERCEL_TOKEN };
       const url = process.env.VERCEL_API_URL + '/v13/deployments?teamId=' + process.env.VERCEL_ORG_ID;
       const { status } = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
       if (status !== 200) process.exit(1);`,
    );
    return file;
  }

  test('needs a build', async () => {
    const platform = await platformWith('exit 0', { directory: '.' });
    expect(codesOf(await platform.obstaclesToDeploy(commits.good, never))).toEqual(['deploy/no-prebuilt']);
  });

  test.each([
    [
      'cannot be fetched',
      'echo "npm error code E404" >&2\nexit 1',
      /ended with status 1 and said: npm error code E404/,
    ],
    ['prints no version', 'exit 0', /ended with status 0 and printed no version/],
  ])('needs a CLI: one that %s is reported before anything is changed', async (_what, lines, seen) => {
    const obstacles = await (await platformWith(lines)).obstaclesToDeploy(commits.good, never);
    expect(obstacles).toMatchObject([{ code: 'deploy/program-broken', message: expect.stringMatching(seen) }]);
    expect(await readFile(join(folder, 'arguments'), 'utf8')).toBe(`--yes ${cli} --version\n`);
  });

  test('needs npx', async () => {
    const without = platformOn(vercel, { service: { prebuilt: true }, variables: { PATH: '' } });
    expect(codesOf(await without.obstaclesToDeploy(commits.good, never))).toEqual(['deploy/no-npx']);
  });

  test('needs the whole commit', async () => {
    const platform = await platformWith('exit 0');
    expect(codesOf(await platform.obstaclesToDeploy('main', never))).toEqual(['deploy/unknown-commit']);
  });
});
