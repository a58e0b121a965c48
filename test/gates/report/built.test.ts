import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { accountSchema } from '../../../src/core/account.ts';
import { startSlack } from '../../support/emulators/channels/slack.ts';
import { runGate } from '../../support/run-built.ts';
import { runWorkflow, type StepResult } from '../../support/workflow/index.ts';

const suite = join(import.meta.dirname, '../../..');
const commit = 'a'.repeat(40);
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

type Step = { gate: string; with?: Record<string, string>; if?: string } | { run: string };

/** Runs the steps as one job in which nothing answers for GitHub, and copies the files of the report. */
async function runJob(config: string, ...steps: Step[]): Promise<{ steps: StepResult[]; file(name: string): string }> {
  const consumer = mkdtempSync(join(tmpdir(), 'report-'));
  folders.push(consumer);
  mkdirSync(join(consumer, '.github/workflows'), { recursive: true });
  writeFileSync(join(consumer, '.github/release-gates.yml'), config);
  const written = steps.map((step, index) =>
    'run' in step
      ? { name: `step ${index}`, run: step.run }
      : {
          name: `gate ${index}`,
          uses: `OWNER/release-gates/actions/${step.gate}@v1`,
          if: step.if,
          with: step.with ?? {},
        },
  );
  const kept = { name: 'keep', if: 'always()', run: `cp -r "$RUNNER_TEMP/release-report/." ${consumer} || true` };
  const workflow = {
    on: ['push'],
    jobs: {
      release: {
        'runs-on': 'ubuntu-latest',
        env: { GITHUB_API_URL: 'http://127.0.0.1:1' },
        steps: [{ uses: 'actions/checkout@v5' }, ...written, kept],
      },
    },
  };
  writeFileSync(join(consumer, '.github/workflows/release.yml'), stringify(workflow));
  const { jobs } = await runWorkflow({
    workflow: '.github/workflows/release.yml',
    consumer,
    suite,
    github: { sha: commit, repository: 'acme/shop' },
  });
  return {
    steps: (jobs.release?.steps ?? []).filter(({ name }) => name?.startsWith('gate')),
    file: name => readFileSync(join(consumer, name), 'utf8'),
  };
}

const config = `
env: { api: { HOME: { type: string } } }
probe: { api: { live: { get: "http://127.0.0.1:1/" } } }
`;
const start = { gate: 'report', with: { mode: 'start' } };
const end = { gate: 'report', if: 'always()' };

describe('the built action', () => {
  test('writes one page for all gates of the job, which write none', async () => {
    const { steps, file } = await runJob(
      config,
      start,
      { gate: 'validate-env', with: { required: 'HOME' } },
      { gate: 'validate-env', with: { required: 'NO_SUCH_VARIABLE' } },
      { gate: 'probe', if: 'success()' },
      end,
    );
    expect(steps.map(({ outcome, summary }) => [outcome, summary === ''])).toEqual([
      ['success', true],
      ['success', true],
      ['failure', true],
      ['skipped', true],
      ['success', false],
    ]);
    const { summary, outputs } = steps.at(-1) ?? { summary: '', outputs: {} };
    expect(outputs).toMatchObject({ verdict: 'passed', ending: 'failed' });
    expect(summary).toContain('NO&#95;SUCH&#95;VARIABLE');
    expect(summary).toMatch(/⚫ probe \| not run .*validate-env ended the release before it/);
    expect(summary).toContain('| ⚫ settlement | **no check**');
    const account = accountSchema.parse(JSON.parse(file('release.json')));
    expect(account.gates.map(({ gate, verdict }) => [gate, verdict])).toEqual([
      ['validate-env', 'passed'],
      ['validate-env', 'failed'],
      ['probe', 'not-run'],
    ]);
    expect(file('release.html')).toContain('NO_SUCH_VARIABLE');
    expect(file('junit.xml')).toContain('<failure');
    expect(JSON.parse(file('findings.sarif'))).toMatchObject({ version: '2.1.0' });
  });

  test('leaves the summaries of the gates alone without a start, and reports what the record knows', async () => {
    const { steps } = await runJob(config, { gate: 'validate-env', with: { required: 'HOME' } }, end);
    expect(steps[0]?.summary).toContain('validate-env: passed');
    expect(steps[1]?.summary).toContain(
      'run <code>report</code> with'.replaceAll('<code>', '`').replaceAll('</code>', '`'),
    );
    expect(steps[1]?.outputs.ending).toBe('passed');
  });

  test('leaves no entry of its own in the record', async () => {
    const { steps } = await runJob(config, start, { gate: 'validate-env', with: { required: 'HOME' } }, end);
    const record: { gates: { gate: string }[] } = JSON.parse(steps.at(-1)?.outputs.record ?? '');
    expect(record.gates.map(({ gate }) => gate)).toEqual(['validate-env']);
  });

  test('is an error where no gate ran', async () => {
    const { steps } = await runJob(config, start, end);
    expect(steps[1]).toMatchObject({ outcome: 'failure', outputs: { verdict: 'error', ending: 'error' } });
  });

  test('shows a configuration that stopped the release', async () => {
    const { steps } = await runJob('env: { api: { HOME: { typo: string } } }', start, { gate: 'validate-env' }, end);
    expect(steps[2]?.outputs).toMatchObject({ verdict: 'passed', ending: 'error' });
    expect(steps[2]?.summary).toContain('typo');
  });

  test('refuses a mode that it does not know', async () => {
    const { outputs, findings } = await runGate('report', { with: { mode: 'begin' } });
    expect([outputs.verdict, findings[0]?.code]).toEqual(['error', 'config/invalid-input']);
  });

  test('shows no secret that a gate hid', async () => {
    const secret = 'sk-not-a-real-secret-0123456789';
    const { steps, file } = await runJob(
      `env: { api: { API_KEY: { type: url, description: x } } }`.replace(', description: x', ''),
      { run: `echo "API_KEY=${secret}" >> "$GITHUB_ENV"` },
      start,
      { gate: 'validate-env' },
      end,
    );
    expect(steps.at(-1)?.outputs.ending).toBe('failed');
    for (const text of [steps.at(-1)?.summary, file('release.html'), file('release.json')])
      expect(text).not.toContain(secret);
  });

  test('edits one message from the start to the end, and a channel that fails changes no verdict', async () => {
    const token = 'xoxb-token-of-the-emulator';
    const slack = await startSlack({ token, channels: ['#releases'] });
    try {
      const notify = `report: { notify: { team: { slack: '#releases', token: '\${SLACK}' }, gone: { discord: '\${NONE}' } } }`;
      const setUp = {
        run: `echo "SLACK=${token}" >> "$GITHUB_ENV"; echo "SLACK_API_URL=${slack.url}/api" >> "$GITHUB_ENV"`,
      };
      const { steps } = await runJob(notify, setUp, start, { gate: 'validate-env', with: { required: 'HOME' } }, end);
      expect(steps.map(({ outcome }) => outcome)).toEqual(['success', 'success', 'success']);
      expect(slack.messages).toMatchObject([
        { edited: true, text: expect.stringContaining('Released aaaaaaa.') },
        { thread: expect.any(String), text: expect.stringContaining('validate-env: passed.') },
      ]);
      expect(steps[2]?.outputs.findings).toMatch(/The channel gone was not told: The variable NONE/);
    } finally {
      await slack.stop();
    }
  });
});
