import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseRecord, type ReleaseRecord } from '../../../src/core/record.ts';
import { type BareProcess, startGate } from '../../support/run-built.ts';
import { commits, configuration, recordOf, startWorld, type World } from './world.ts';

let world: World;
let gate: BareProcess;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cancelled-'));
});

afterEach(async () => {
  gate?.remove();
  rmSync(folder, { recursive: true });
  await world.stop();
});

/** The signals of the runner, without the time that it leaves in between; and the one that others send. */
const signals: NodeJS.Signals[][] = [['SIGINT', 'SIGTERM'], ['SIGTERM']];

function start(name: 'deploy' | 'rollback', inputs: Record<string, string>): void {
  const env = { ...world.step, GITHUB_STEP_SUMMARY: join(folder, 'summary.md'), ...inputs };
  gate = startGate(name, { config: configuration(world.fly, world.vercel), env });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    if (gate.child.exitCode !== null) throw new Error(`The gate has ended too early:\n${gate.printed()}`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

async function end(by: NodeJS.Signals[]): Promise<{ record: ReleaseRecord; summary: string }> {
  for (const signal of by) gate.child.kill(signal);
  expect(await gate.ended).toBe(1);
  const [, text] = /^record<<\S+\n(.*)$/m.exec(gate.outputs()) ?? [];
  const record = parseRecord(text);
  if (record === undefined) throw new TypeError(`There is no record in:\n${gate.outputs()}`);
  const markdown = readFileSync(join(folder, 'summary.md'), 'utf8');
  const summary = markdown.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))); // as GitHub shows it
  return { record, summary };
}

describe.each(signals.map(by => [by.join(' and '), by] as const))('a built gate that receives %s', (_name, by) => {
  test('in the middle of a deploy reports what each service runs, in the record and the summary', async () => {
    world = await startWorld();
    world.vercel.hold();
    start('deploy', { INPUT_COMMIT: commits.good });
    await until(() => gate.printed().includes('is QUEUED'));

    const { record, summary } = await end(by);

    expect(record.services).toMatchObject({
      api: { before: { commit: commits.old }, after: { commit: commits.good } },
      web: { before: { commit: commits.old }, after: { commit: commits.old } },
    });
    expect(record.gates).toMatchObject([{ gate: 'deploy', verdict: 'error' }]);
    expect(summary).toContain('Not deployed: web; changed: api');
    expect(summary).toContain('gate/cancelled');
    expect(gate.printed()).toMatch(/The build of dpl_\w+ was cancelled on Vercel/);
    expect(world.vercel.project('web').deployments.at(-1)?.state).toBe('CANCELED');
    expect(world.github.deployments.all.map(({ statuses }) => statuses.at(-1))).toMatchObject([
      { state: 'failure', description: expect.stringContaining('changed: api') },
    ]);
  });

  test('in the middle of a rollback reports what each service runs, and another run finishes it', async () => {
    world = await startWorld();
    const released = await world.deploy(commits.good);
    world.fly.fail({ on: /^POST .*\/machines\/\w+$/, answer: 'hang' });
    const input = JSON.stringify(recordOf(released));
    start('rollback', { INPUT_RECORD: input, INPUT_REASON: 'orders fail', INPUT_TARGET: 'previous' });
    const updates = () =>
      world.fly.requests.filter(({ method, path }) => /^POST .*\/machines\/\w+$/.test(`${method} ${path}`));
    const before = updates().length;
    await until(() => updates().length > before);

    const { record, summary } = await end(by);

    expect(record.services).toMatchObject({
      api: { before: { commit: commits.old }, after: { commit: commits.good } },
      web: { before: { commit: commits.old }, after: { commit: commits.old } },
    });
    expect(record.gates.at(-1)).toMatchObject({ gate: 'rollback', verdict: 'error' });
    expect(gate.outputs()).toMatch(/^result<<(\S+)\nfailed\n\1$/m);
    expect(summary).toMatch(/api: not rolled back \(.*live\)/);

    const again = await world.rollback({ record });
    expect(again.outputs.result).toBe('verified');
    expect(await world.versions()).toEqual({ api: 'old', web: 'old' });
  });
});
