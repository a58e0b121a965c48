import { afterAll, describe, expect, test } from '@jest/globals';
import { Fixtures } from '../fixture.ts';

const fixtures = new Fixtures();
afterAll(() => fixtures.remove());

function results(jobs: Record<string, { result: string }>): Record<string, string> {
  return Object.fromEntries(Object.entries(jobs).map(([id, job]) => [id, job.result]));
}

/** Jobs with one script each; the condition is optional. */
function workflow(jobs: Record<string, { needs?: string[]; if?: string; run: string }>): string {
  const lines = Object.entries(jobs).flatMap(([id, job]) => [
    `  ${id}:`,
    '    runs-on: ubuntu-latest',
    ...(job.needs ? [`    needs: [${job.needs}]`] : []),
    ...(job.if ? [`    if: ${job.if}`] : []),
    `    steps: [{run: ${job.run}}]`,
  ]);
  return `on: push\njobs:\n${lines.join('\n')}\n`;
}

describe('a job', () => {
  const saysSecret =
    'on: pull_request\njobs:\n  job: {runs-on: x, steps: [{run: \'[ -z "$S" ] && echo no secret\', env: {S: "${{ secrets.KEY }}"}}]}\n';
  const fork = { pull_request: { head: { repo: { full_name: 'someone/consumer' } } } };

  test.each([
    ['of a fork', { event: { name: 'pull_request' as const, payload: fork } }],
    ['of Dependabot', { event: { name: 'pull_request' as const }, github: { actor: 'dependabot[bot]' } }],
  ])('of a pull request %s gets no secrets', async (_, more) => {
    const { log } = await fixtures.run(saysSecret, { secrets: { KEY: 'k3y-of-a-test' }, ...more });
    expect(log).toContain('no secret');
  });

  test('has a token with its own permissions, otherwise with those of the workflow', async () => {
    const granted: unknown[] = [];
    const job = (id: string, rest: string) => `  ${id}: {runs-on: x, ${rest}steps: [{run: exit 0}]}\n`;
    const text = `on: push\npermissions: {contents: read}\njobs:\n${job('own', 'permissions: {deployments: write}, ')}${job('other', '')}`;
    await fixtures.run(text, { grant: permissions => granted.push(permissions) });
    expect(granted).toEqual([{ deployments: 'write' }, { contents: 'read' }]);
  });
});

describe('jobs', () => {
  test('run after those they need and see their outputs', async () => {
    const { log, jobs } = await fixtures.run(`
on: push
jobs:
  last:
    needs: [first]
    runs-on: ubuntu-latest
    steps: [{run: 'echo "got \${{ needs.first.outputs.word }} \${{ needs.first.result }}"'}]
  first:
    runs-on: ubuntu-latest
    outputs: {word: '\${{ steps.say.outputs.word }}', empty: '\${{ steps.say.outputs.none }}'}
    steps: [{id: say, run: echo word=hello >> $GITHUB_OUTPUT}]
`);
    expect(log).toContain('got hello success');
    expect(jobs.first?.outputs).toEqual({ word: 'hello' });
  });

  test('give outputs even when they fail', async () => {
    const { jobs } = await fixtures.run(`
on: push
jobs:
  job:
    runs-on: ubuntu-latest
    outputs: {word: '\${{ steps.say.outputs.word }}'}
    steps: [{id: say, run: echo word=hello >> $GITHUB_OUTPUT; exit 1}]
`);
    expect(jobs.job).toMatchObject({ result: 'failure', outputs: { word: 'hello' } });
  });

  test('lose outputs and an environment url that hold a secret', async () => {
    const { jobs, log } = await fixtures.run(
      `
on: push
jobs:
  job:
    runs-on: ubuntu-latest
    environment: {name: production, url: '\${{ steps.deploy.outputs.url }}', deployment: false}
    outputs: {url: '\${{ steps.deploy.outputs.url }}', name: shop}
    steps: [{id: deploy, run: 'echo url=https://fake.example/ >> $GITHUB_OUTPUT'}]
`,
      { secrets: { HOST: 'fake.example' } },
    );
    expect(jobs.job).toMatchObject({ result: 'success', outputs: { name: 'shop' } });
    expect(jobs.job?.outputs).toEqual({ name: 'shop' });
    expect(jobs.job?.environment).toEqual({ name: 'production' });
    expect(log).toContain("Warning: Skip output 'url' since it may contain secret.");
    expect(log).toContain("Warning: Skip setting environment url as environment 'production' may contain secret.");
  });

  test('keep an environment url without a secret', async () => {
    const { jobs } = await fixtures.run(`
on: push
jobs:
  job:
    runs-on: ubuntu-latest
    environment: {name: production, url: 'https://\${{ github.ref_name }}.example/'}
    steps: [{run: exit 0}]
`);
    expect(jobs.job?.environment).toEqual({ name: 'production', url: 'https://main.example/' });
  });

  test('are skipped after a failure unless their condition says otherwise', async () => {
    const { jobs, conclusion } = await fixtures.run(
      workflow({
        deploy: { run: 'exit 1' },
        verify: { needs: ['deploy'], run: 'exit 0' },
        rollback: { needs: ['deploy'], if: "failure() && needs.deploy.result == 'failure'", run: 'exit 0' },
        report: { needs: ['verify'], if: 'always()', run: 'exit 0' },
        other: { run: 'exit 0' },
      }),
    );
    expect(results(jobs)).toEqual({
      deploy: 'failure',
      verify: 'skipped',
      rollback: 'success',
      report: 'success',
      other: 'success',
    });
    expect(conclusion).toBe('failure');
  });

  test('look at the whole chain before them', async () => {
    const { jobs } = await fixtures.run(
      workflow({
        a: { if: 'false', run: 'exit 0' },
        b: { needs: ['a'], if: 'always()', run: 'exit 0' },
        after: { needs: ['b'], run: 'exit 0' },
        failed: { needs: ['b'], if: 'failure()', run: 'exit 0' },
        cancelled: { needs: ['b'], if: 'cancelled()', run: 'exit 0' },
      }),
    );
    expect(results(jobs)).toEqual({
      a: 'skipped',
      b: 'success',
      after: 'skipped',
      failed: 'skipped',
      cancelled: 'skipped',
    });
  });

  test('that may fail do not fail the run', async () => {
    const { jobs, conclusion } = await fixtures.run(
      'on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    continue-on-error: true\n    steps: [{run: exit 1}]\n',
    );
    expect(jobs.job).toMatchObject({ result: 'success', steps: [{ outcome: 'failure' }] });
    expect(conclusion).toBe('success');
  });

  test('have a workspace and a temp of their own', async () => {
    const { log } = await fixtures.run(
      workflow({
        a: { run: 'touch here "$RUNNER_TEMP/there"' },
        b: { needs: ['a'], run: 'test ! -e here && test ! -e "$RUNNER_TEMP/there" && echo both are new' },
      }),
    );
    expect(log).toContain('both are new');
  });
});

describe('the run', () => {
  const DISPATCH = `
on:
  push:
  workflow_dispatch:
    inputs:
      dry-run: {type: boolean, default: true}
      count: {type: number, default: 3}
      target: {type: choice, options: [staging, production], default: staging}
      reason: {type: string, required: true}
jobs:
  job:
    runs-on: ubuntu-latest
    steps:
      - run: |
          echo "\${{ inputs.dry-run == false }} \${{ inputs.count == 4 }} \${{ inputs.target }}"
          echo "\${{ github.event.inputs.dry-run }} \${{ inputs.reason }}"
`;

  test('types its inputs', async () => {
    const inputs = { 'dry-run': 'false', count: '4', reason: 'why not' };
    const { log } = await fixtures.run(DISPATCH, { event: { name: 'workflow_dispatch', inputs } });
    expect(log).toContain('    true true staging\n    false why not\n');
  });

  test.each([
    ['a required input', {}, "Required input 'reason' not provided"],
    ['an unknown input', { reason: 'x', other: '1' }, 'Unexpected inputs provided: ["other"]'],
    [
      'an unknown choice',
      { reason: 'x', target: 'mars' },
      "Provided value 'mars' for input 'target' not in the list of allowed values",
    ],
  ])('is refused for %s', async (_, inputs, message) => {
    await expect(fixtures.run(DISPATCH, { event: { name: 'workflow_dispatch', inputs } })).rejects.toThrow(message);
  });

  test('is refused for an event the workflow does not start on', async () => {
    const run = fixtures.run(workflow({ a: { run: 'exit 0' } }), { event: { name: 'pull_request' } });
    await expect(run).rejects.toThrow('does not start on pull_request; it starts on push');
  });

  test('gives the event to expressions and to GITHUB_EVENT_PATH', async () => {
    const { log } = await fixtures.run(
      `
on: pull_request
jobs:
  job:
    runs-on: ubuntu-latest
    steps:
      - run: echo "\${{ github.event.number }} \${{ github.head_ref }} $GITHUB_REF"; cat "$GITHUB_EVENT_PATH"
`,
      { event: { name: 'pull_request', payload: { number: 7, pull_request: { head: { ref: 'topic' } } } } },
    );
    expect(log).toContain('7 topic refs/pull/1/merge');
    expect(log).toContain('"number":7');
  });

  test('knows vars, and says what it is given of github', async () => {
    const { log } = await fixtures.runSteps(
      '- run: echo "${{ vars.REGION }} $GITHUB_REPOSITORY $GITHUB_API_URL $GITHUB_SHA"',
      {
        vars: { REGION: 'fra' },
        github: { repository: 'acme/shop', apiUrl: 'http://127.0.0.1:1', sha: 'abc' },
      },
    );
    expect(log).toContain('fra acme/shop http://127.0.0.1:1 abc');
  });
});

describe('what is not supported', () => {
  test.each([
    ['a matrix', 'strategy: {matrix: {a: [1]}}', 'strategy.matrix'],
    ['a container', 'container: node:24', 'container'],
    ['services', 'services: {redis: {image: redis}}', 'services'],
  ])('is an error: %s', async (_, key, name) => {
    const file = `on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    ${key}\n    steps: [{run: exit 0}]\n`;
    await expect(fixtures.run(file)).rejects.toThrow(`not supported by the test runner: ${name} (in jobs.job)`);
  });

  test('is an error: a reusable workflow', async () => {
    const run = fixtures.run('on: push\njobs: {job: {uses: ./.github/workflows/other.yml}}\n');
    await expect(run).rejects.toThrow('not supported by the test runner: uses (in jobs.job)');
  });

  test('is distinguished from what is not valid, which is reported with line and column', async () => {
    const file = 'on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    step: [{run: echo}]\n';
    await expect(fixtures.run(file)).rejects.toThrow(
      /Invalid workflow file: .*\n.*\(Line: 5, Col: 5\): Unexpected value 'step'/,
    );
  });
});
