import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { sampleBuild } from '../../sample-build.ts';
import { vercelCli } from '../../vendors.ts';
import { startVercel, type VercelEmulator } from './index.ts';

const TEAM = 'team_acme';
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(cleanups.splice(0).map(cleanup => cleanup()));
});

async function vercel(): Promise<VercelEmulator> {
  const emulator = await startVercel({
    projects: {
      shop: {
        id: 'prj_shop',
        builds: { a1: sampleBuild('a1'), b2: sampleBuild('b2'), c3: sampleBuild('c3') },
        history: ['a1'],
        live: 'b2',
        domains: ['app.example.com'],
      },
    },
    token: 'testtoken',
    teamId: TEAM,
  });
  cleanups.push(() => emulator.stop());
  return emulator;
}

describe('the vercel CLI', () => {
  async function cli(emulator: VercelEmulator, ...args: string[]): Promise<{ status: number | null; output: string }> {
    const home = await mkdtemp(join(tmpdir(), 'vercel-cli-'));
    cleanups.push(() => rm(home, { recursive: true }));
    const common = ['--api', emulator.apiUrl, '--token', 'testtoken', '--global-config', home, '--cwd', home];
    const child = spawn(process.execPath, [vercelCli, ...args, ...common], {
      cwd: home,
      env: {
        PATH: process.env.PATH,
        HOME: home,
        VERCEL_ORG_ID: TEAM,
        VERCEL_PROJECT_ID: 'prj_shop',
        VERCEL_TELEMETRY_DISABLED: '1',
        NO_UPDATE_NOTIFIER: '1',
        CI: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const [status] = await once(child, 'close');
    return { status: typeof status === 'number' ? status : null, output };
  }

  const version = async (emulator: VercelEmulator) =>
    (await fetch(`${emulator.domain('app.example.com').url}/version`)).text();
  const idOf = (emulator: VercelEmulator, commit: string) =>
    emulator.project('shop').deployments.find(({ request }) => request.commit === commit)?.id ?? '';
  /** Requests the emulator does not know would make the test about something else. */
  const unanswered = (emulator: VercelEmulator) =>
    emulator.requests
      .filter(({ status }) => status >= 400)
      .map(({ method, path, status }) => `${method} ${path} ${status}`);

  test('rolls back, and the domain serves the old process', async () => {
    const emulator = await vercel();
    const { status, output } = await cli(emulator, 'rollback', idOf(emulator, 'a1'), '--yes');
    expect(output).toContain('Success! shop was rolled back');
    expect(status).toBe(0);
    expect(await version(emulator)).toBe('a1');
    expect(unanswered(emulator)).toEqual([]);
  });

  test('promotes, and the domain serves the staged process', async () => {
    const emulator = await vercel();
    const staged = emulator.project('shop').deploy({
      project: 'shop',
      commit: 'c3',
      ref: 'main',
      target: 'production',
      source: 'cli',
      autoAssignCustomDomains: false,
      meta: {},
    });
    while (staged.aliasAssigned === false) await new Promise(resolve => setTimeout(resolve, 5));
    const { status, output } = await cli(emulator, 'promote', staged.id, '--yes');
    expect(output).toContain('Success! shop was promoted');
    expect(status).toBe(0);
    expect(await version(emulator)).toBe('c3');
    expect(unanswered(emulator)).toEqual([]);
  });

  test('inspects a deployment by its domain', async () => {
    const emulator = await vercel();
    const { status, output } = await cli(emulator, 'inspect', 'app.example.com');
    expect(output).toContain(idOf(emulator, 'b2'));
    expect(output).toMatch(/status\s+● Ready/);
    expect(output).toContain('https://app.example.com');
    expect(status).toBe(0);
    expect(unanswered(emulator)).toEqual([]);
  });

  test('reports a job that failed', async () => {
    const emulator = await vercel();
    emulator.project('shop').failNextAliasJob('failed');
    const { status, output } = await cli(emulator, 'rollback', idOf(emulator, 'a1'), '--yes');
    expect(output).toContain('Failed to remap all aliases');
    expect(output).toContain('app.example.com');
    expect(status).toBe(1);
    expect(await version(emulator)).toBe('b2');
  });
});
