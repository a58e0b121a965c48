import { afterAll, describe, expect, test } from '@jest/globals';
import { Fixtures } from '../fixture.ts';

const fixtures = new Fixtures();
afterAll(() => fixtures.remove());

describe('run steps', () => {
  test('run in bash that ends at the first error', async () => {
    const { conclusion, log, jobs } = await fixtures.runSteps('- run: |\n    false\n    echo not reached');
    expect(conclusion).toBe('failure');
    expect(log).toContain('Error: Process completed with exit code 1.');
    expect(jobs.job?.steps[0]?.annotations).toEqual([
      { level: 'error', message: 'Process completed with exit code 1.' },
    ]);
  });

  test('see a failing pipe only when they name bash', async () => {
    const { jobs } = await fixtures.runSteps('- run: false | true\n- {run: false | true, shell: bash}');
    expect(jobs.job?.steps.map(step => step.outcome)).toEqual(['success', 'failure']);
  });

  test('run in sh and in a shell with its own format', async () => {
    const { log } = await fixtures.runSteps(
      "- {run: 'echo \"$0\" | sed s/.*sh$/script/', shell: sh}\n- {run: console.log(6 * 7), shell: 'node {0}'}",
      { env: { PATH: `${process.execPath.replace(/\/node$/, '')}:${process.env.PATH}` } },
    );
    expect(log).toContain('script');
    expect(log).toContain('42');
  });

  test('start in the workspace, or where working-directory and defaults say', async () => {
    const { jobs } = await fixtures.run(
      `
on: push
defaults: {run: {working-directory: a}}
jobs:
  job:
    runs-on: ubuntu-latest
    defaults: {run: {shell: bash}}
    steps:
      - uses: actions/checkout@v5
      - {id: default, run: 'echo at="\${PWD##*/}" >> $GITHUB_OUTPUT; false | true', continue-on-error: true}
      - {id: own, working-directory: b, run: 'echo at="\${PWD##*/}" >> $GITHUB_OUTPUT'}
`,
      { files: { 'a/x': '', 'b/x': '' } },
    );
    const [, first, second] = jobs.job?.steps ?? [];
    expect(first).toMatchObject({ outputs: { at: 'a' }, outcome: 'failure' });
    expect(second?.outputs).toEqual({ at: 'b' });
  });
});

describe('steps', () => {
  test('find an empty workspace before the checkout', async () => {
    const { log } = await fixtures.runSteps(
      '- run: test -z "$(ls -A)" && echo it is empty\n- uses: actions/checkout@v5\n- run: cat file',
      { files: { file: 'content of the file' } },
    );
    expect(log).toContain('it is empty');
    expect(log).toContain('content of the file');
  });

  test('have a clean environment: no variable of this process, no token', async () => {
    process.env.RELEASE_GATES_LEAK = 'leaked';
    const { log } = await fixtures.runSteps('- run: env', { env: { OF_THE_MACHINE: 'given' } });
    delete process.env.RELEASE_GATES_LEAK;
    expect(log).not.toContain('leaked');
    expect(log).not.toContain('GITHUB_TOKEN');
    expect(log).toContain('OF_THE_MACHINE=given');
    expect(log).toContain('CI=true');
    expect(log).toContain('GITHUB_ACTIONS=true');
  });

  test('take env from the workflow, the job and themselves, the nearest last', async () => {
    const { log } = await fixtures.run(`
on: push
env: {A: workflow, B: workflow, C: workflow}
jobs:
  job:
    runs-on: ubuntu-latest
    env: {B: job, C: job}
    steps:
      - run: echo "$A $B $C \${{ env.C }}"
        env: {C: step}
`);
    expect(log).toContain('workflow job step step');
  });

  test('pass outputs, variables and paths on, also when they fail', async () => {
    const { log } = await fixtures.runSteps(`
- id: first
  continue-on-error: true
  run: |
    echo "answer=42" >> $GITHUB_OUTPUT
    echo "SET=by the first" >> $GITHUB_ENV
    mkdir bin; printf '#!/bin/sh\\necho found\\n' > bin/tool-of-the-test; chmod +x bin/tool-of-the-test
    echo "$PWD/bin" >> $GITHUB_PATH
    exit 1
- run: |
    echo "\${{ steps.first.outputs.answer }} $SET \${{ env.SET }}, \${{ steps.first.outcome }} \${{ steps.first.conclusion }}"
    tool-of-the-test
`);
    expect(log).toContain('42 by the first by the first, failure success');
    expect(log).toContain('found');
  });

  test('cannot set NODE_OPTIONS', async () => {
    const { jobs } = await fixtures.runSteps('- run: echo node_options=--inspect >> $GITHUB_ENV');
    expect(jobs.job?.steps[0]).toMatchObject({
      outcome: 'success',
      annotations: [{ message: "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command." }],
    });
  });

  test('fail when they write a malformed file', async () => {
    const { jobs } = await fixtures.runSteps(
      '- run: |\n    echo a=1 >> $GITHUB_OUTPUT\n    echo text >> $GITHUB_OUTPUT',
    );
    expect(jobs.job?.steps[0]).toMatchObject({
      outcome: 'failure',
      outputs: { a: '1' },
      annotations: [
        { message: "Unable to process file command 'output' successfully." },
        { message: "Invalid format 'text'" },
      ],
    });
  });

  test('have their summary masked, and refused above 1 MiB', async () => {
    const { jobs } = await fixtures.runSteps(
      '- run: echo "# All of fake-secret-value" >> $GITHUB_STEP_SUMMARY\n- run: head -c 1048577 /dev/zero | tr "\\0" x >> $GITHUB_STEP_SUMMARY',
      { secrets: { VALUE: 'fake-secret-value' } },
    );
    const [small, big] = jobs.job?.steps ?? [];
    expect(small?.summary).toBe('# All of ***\n');
    expect(big).toMatchObject({ summary: '', outcome: 'success' });
    expect(big?.annotations[0]?.message).toContain('supports content up to a size of 1024k, got 1024k');
  });

  test('are named by name, script or action', async () => {
    const { jobs } = await fixtures.runSteps(
      '- {name: "Named ${{ github.ref_name }}", run: exit 0}\n- run: |\n    echo one\n    echo two\n- uses: actions/checkout@v5',
    );
    expect(jobs.job?.steps.map(step => step.name)).toEqual(['Named main', 'Run echo one', 'Run actions/checkout@v5']);
  });

  test('fail with the place when an expression is wrong', async () => {
    const { jobs } = await fixtures.runSteps(`- run: echo \${{ fromJSON('{') }}`);
    expect(jobs.job?.steps[0]?.outcome).toBe('failure');
    expect(jobs.job?.steps[0]?.annotations[0]?.message).toMatch(
      /^The template is not valid\. \.github\/workflows\/test\.yml \(Line: 6, Col: \d+\): /,
    );
  });

  test('can hash files', async () => {
    const { log } = await fixtures.runSteps(
      `- uses: actions/checkout@v5\n- run: echo "[\${{ hashFiles('none') }}] \${{ hashFiles('**/*.lock', '!b/*') == hashFiles('a.lock') }}"`,
      { files: { 'a.lock': '1', 'b/b.lock': '2' } },
    );
    expect(log).toContain('[] true');
  });
});

describe('conditions of steps', () => {
  test('skip after a failure unless they ask for another status', async () => {
    const { jobs, conclusion } = await fixtures.runSteps(`
- run: exit 1
- {name: default, run: exit 0}
- {name: without status, if: true, run: exit 0}
- {name: failure, if: failure(), run: exit 0}
- {name: always, if: '\${{ always() && github.ref_name == ''main'' }}', run: exit 0}
- {name: cancelled, if: cancelled(), run: exit 0}
- {name: status in a text, if: "'always()' != ''", run: exit 0}
`);
    expect(jobs.job?.steps.slice(1).map(step => `${step.name}: ${step.conclusion}`)).toEqual([
      'default: skipped',
      'without status: skipped',
      'failure: success',
      'always: success',
      'cancelled: skipped',
      'status in a text: skipped',
    ]);
    expect(conclusion).toBe('failure');
  });

  test('see the outcome of skipped steps', async () => {
    const { log } = await fixtures.runSteps(
      '- {id: no, if: false, run: exit 1}\n- run: echo "${{ steps.no.outcome }} [${{ steps.no.outputs.x }}]"',
    );
    expect(log).toContain('skipped []');
  });
});
