import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { createRecord, parseRecord, type ReleaseRecord } from '../../src/core/record.ts';
import { runWorkflow, type StepResult } from '../support/workflow/index.ts';

const suite = join(import.meta.dirname, '../..');
const sha = 'a'.repeat(40);
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

type Step = { run: string } | { gate: string; with?: Record<string, string>; if?: string };

/** Runs the steps as one job, and returns the results of those that are gates. */
async function runJob(...steps: Step[]): Promise<StepResult[]> {
  const consumer = mkdtempSync(join(tmpdir(), 'job-record-'));
  folders.push(consumer);
  mkdirSync(join(consumer, '.github/workflows'), { recursive: true });
  const written = steps.map((step, index) =>
    'run' in step
      ? { name: `step ${index}`, run: step.run }
      : {
          name: `gate ${index}`,
          if: step.if ?? 'always()',
          uses: `OWNER/release-gates/actions/${step.gate}@v1`,
          with: { required: 'HOME', ...step.with },
        },
  );
  const workflow = { on: ['push'], jobs: { release: { 'runs-on': 'ubuntu-latest', steps: written } } };
  writeFileSync(join(consumer, '.github/workflows/release.yml'), stringify(workflow));
  const { jobs } = await runWorkflow({
    workflow: '.github/workflows/release.yml',
    consumer,
    suite,
    github: { sha },
  });
  return (jobs.release?.steps ?? []).filter(({ name }) => name?.startsWith('gate'));
}

function recordOf(step: StepResult | undefined): ReleaseRecord | undefined {
  return parseRecord(step?.outputs.record);
}

function verdictsIn(step: StepResult | undefined): string[] | undefined {
  return recordOf(step)?.gates.map(({ verdict }) => verdict);
}

function codesOf(step: StepResult | undefined): string[] {
  const findings: { code: string }[] = JSON.parse(step?.outputs.findings ?? '[]');
  return findings.map(({ code }) => code);
}

const gate = 'validate-env';
const overwrite = (text: string) => ({
  run: `for file in "$RUNNER_TEMP"/release-gates-*.json; do printf '%s' '${text}' > "$file"; done`,
});

describe('the release record', () => {
  test('travels from step to step of a job', async () => {
    const steps = await runJob({ gate }, { gate, with: { required: 'NO_SUCH' } }, { gate });
    expect(verdictsIn(steps.at(-1))).toEqual(['passed', 'failed', 'passed']);
  });

  test('comes from the input `record` where that is given', async () => {
    const given = JSON.stringify({ ...createRecord('', sha), databases: { main: { applied: ['20260101_x'] } } });
    const [, second] = await runJob({ gate }, { gate, with: { record: given } });
    expect(recordOf(second)).toMatchObject({ databases: { main: {} }, gates: [{ gate }] });
    expect(verdictsIn(second)).toEqual(['passed']);
  });

  test.each([
    ['another environment', { environment: 'staging' }],
    ['another commit', { commit: 'b'.repeat(40) }],
    ['another configuration', { config: 'apps/shop/release-gates.yml' }],
  ])('of %s in the same job is another one', async (_, other) => {
    const steps = await runJob({ gate }, { gate, with: other }, { gate });
    expect(steps.map(verdictsIn)).toEqual([['passed'], ['passed'], ['passed', 'passed']]);
  });

  test('of another release does not replace the one of this release', async () => {
    const another = JSON.stringify(createRecord('', 'b'.repeat(40)));
    const steps = await runJob({ gate }, { gate, with: { record: another } }, { gate });
    expect(steps.map(verdictsIn)).toEqual([['passed'], ['passed'], ['passed', 'passed']]);
  });
});

describe('a record that another step broke', () => {
  test.each([
    ['no JSON', 'not JSON'],
    ['not a record', '{"version":1,"services":[]}'],
    ['of another version', '{"version":2}'],
    ['of another commit', JSON.stringify(createRecord('', 'b'.repeat(40)))],
    ['a trap', '{"__proto__":{"version":1}}'],
  ])('stops every gate after it, and none overwrites it: %s', async (_, text) => {
    const [, second, third] = await runJob({ gate }, overwrite(text), { gate }, { gate });
    for (const step of [second, third]) {
      expect(step?.outputs.verdict).toBe('error');
      expect(codesOf(step)).toEqual(['gate/job-state-unreadable']);
    }
  });

  test('is not read where the input `record` is given', async () => {
    const record = JSON.stringify(createRecord('', sha));
    const [, second] = await runJob({ gate }, overwrite('not JSON'), { gate, with: { record } });
    expect(second?.outputs.verdict).toBe('passed');
  });
});

test('a gate whose record cannot be handed on fails, as the next one would act on an older record', async () => {
  const block = { run: `for file in "$RUNNER_TEMP"/release-gates-*.json; do rm "$file"; mkdir -p "$file/x"; done` };
  const record = JSON.stringify(createRecord('', sha));
  const [, second] = await runJob({ gate }, block, { gate, with: { record } });
  expect(second).toMatchObject({ outcome: 'failure', outputs: { verdict: 'passed' } });
});
