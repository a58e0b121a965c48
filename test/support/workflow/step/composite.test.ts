import { afterAll, describe, expect, test } from '@jest/globals';
import { compositeAction, type Files, Fixtures, javaScriptAction } from '../fixture.ts';

const fixtures = new Fixtures();
afterAll(() => fixtures.remove());

/** Runs a composite action of the suite as the second step of a job; `rest` is more of the calling step. */
async function runComposite(action: string, options: { rest?: string; suite?: Files; first?: string } = {}) {
  const { rest = '', suite = {}, first = 'exit 0' } = options;
  const { jobs, log } = await fixtures.runSteps(
    `- {run: "${first}", continue-on-error: true}\n- uses: acme/release-gates@v1\n  id: all\n${rest}\n- run: echo after\n  if: always()`,
    { suite: { 'action.yml': action, ...suite } },
  );
  const step = jobs.job?.steps[1];
  if (!step) throw new Error('the composite action did not run');
  return { step, log };
}

describe('composite actions', () => {
  test('see their inputs as texts, not as variables', async () => {
    const { log } = await runComposite(
      compositeAction(
        '- run: echo "[${{ inputs.flag }}] [${{ inputs.flag == true }}] [${{ inputs.name }}]"; env\n  shell: bash',
        'inputs: {flag: {description: x, default: false}, name: {description: x}}',
      ),
      { rest: '  with: {flag: true}' },
    );
    expect(log).toContain('[true] [false] []');
    expect(log).not.toContain('INPUT_');
  });

  test('give the outputs they map, also after a failure', async () => {
    const { step } = await runComposite(
      compositeAction(
        '- {id: a, shell: bash, run: echo x=1 >> $GITHUB_OUTPUT; exit 1}',
        "outputs: {mapped: {description: x, value: '${{ steps.a.outputs.x }}-${{ steps.a.outcome }}'}}",
      ),
    );
    expect(step).toMatchObject({ outcome: 'failure', outputs: { mapped: '1-failure' } });
  });

  test('have a status of their own: a failure inside runs what waits for it, and ends nothing else', async () => {
    const { step } = await runComposite(
      compositeAction(`
- {run: exit 1, shell: bash}
- {name: gate, run: exit 0, shell: bash}
- {name: rollback, if: failure(), run: exit 0, shell: bash}
- {name: report, if: always(), run: exit 0, shell: bash}`),
    );
    expect(step.outcome).toBe('failure');
    expect(step.steps?.map(inner => inner.conclusion)).toEqual(['failure', 'skipped', 'success', 'success']);
  });

  test('do not inherit the failure of the job', async () => {
    const action = compositeAction('- {run: exit 0, shell: bash}\n- {if: failure(), run: exit 1, shell: bash}');
    const { jobs } = await fixtures.runSteps('- run: exit 1\n- {uses: acme/release-gates@v1, if: always()}', {
      suite: { 'action.yml': action },
    });
    expect(jobs.job?.steps[1]?.steps?.map(inner => inner.conclusion)).toEqual(['success', 'skipped']);
  });

  test('may continue from a failed step and see its outcome', async () => {
    const { step, log } = await runComposite(
      compositeAction(`
- {id: gate, continue-on-error: true, run: exit 1, shell: bash}
- {run: 'echo "\${{ steps.gate.outcome }} \${{ steps.gate.conclusion }}"', shell: bash}`),
    );
    expect(log).toContain('failure success');
    expect(step.outcome).toBe('success');
  });

  test('show their steps the env of the caller, and their own', async () => {
    const { log } = await runComposite(
      compositeAction('- {run: "echo $CALLER $OWN ${{ env.CALLER }}", shell: bash, env: {OWN: own}}'),
      { rest: '  env: {CALLER: caller}' },
    );
    expect(log).toContain('caller own caller');
  });

  test('pass variables on to the job', async () => {
    const action = compositeAction('- {run: echo A=inner >> $GITHUB_ENV, shell: bash}');
    const { jobs, log } = await fixtures.runSteps('- uses: acme/release-gates@v1\n- run: echo "A is $A"', {
      suite: { 'action.yml': action },
    });
    expect(jobs.job?.result).toBe('success');
    expect(log).toContain('A is inner');
  });

  test('share one pool of annotations and add up their summaries', async () => {
    const annotate = 'for i in $(seq 6); do echo "::warning::w$i"; done; echo "part" >> $GITHUB_STEP_SUMMARY';
    const { step } = await runComposite(
      compositeAction(`- {run: '${annotate}', shell: bash}\n- {run: '${annotate}', shell: bash}`),
    );
    expect(step.annotations).toHaveLength(10);
    expect(step.dropped).toBe(2);
    expect(step.summary).toBe('part\npart\n');
  });

  test('nest: $/ stays in the suite, each has its own steps and inputs', async () => {
    const { step, log } = await runComposite(
      compositeAction(
        '- {id: inner, uses: $/inner, with: {word: "${{ inputs.word }} there"}}',
        "inputs: {word: {description: x, default: hello}}\noutputs: {said: {description: x, value: '${{ steps.inner.outputs.said }}'}}",
      ),
      {
        suite: {
          'inner/action.yml': compositeAction(
            '- {id: inner, uses: $/gate, with: {word: "${{ inputs.word }}!"}}',
            "inputs: {word: {description: x}}\noutputs: {said: {description: x, value: '${{ steps.inner.outputs.said }}'}}",
          ),
          'gate/action.yml': javaScriptAction('inputs: {word: {description: x}}'),
          'gate/main.cjs':
            "require('fs').appendFileSync(process.env.GITHUB_OUTPUT, `said=${process.env.INPUT_WORD}\\n`);" +
            'console.log("action is " + process.env.GITHUB_ACTION + " of " + process.env.GITHUB_ACTION_REPOSITORY)',
        },
      },
    );
    expect(step.outputs).toEqual({ said: 'hello there!' });
    expect(log).toContain('action is all of acme/release-gates');
  });

  test('end at a condition that cannot be evaluated, so not even `always()` runs after it', async () => {
    const { step } = await runComposite(
      compositeAction(
        '- {if: fromJSON(github.actor).x, run: exit 0, shell: bash}\n- {if: always(), run: echo after, shell: bash}',
      ),
    );
    expect(step.outcome).toBe('failure');
    expect(step.steps?.map(({ conclusion }) => conclusion)).toEqual(['failure']);
  });

  test('run the post scripts of the actions inside them at the end of the job', async () => {
    const { log } = await runComposite(compositeAction('- uses: $/gate'), {
      suite: {
        'gate/action.yml': 'name: x\ndescription: x\nruns: {using: node24, main: main.cjs, post: post.cjs}\n',
        'gate/main.cjs': "console.log('main script')",
        'gate/post.cjs': "console.log('post script')",
      },
    });
    expect(log).toMatch(/main script[\s\S]*\n {4}after[\s\S]*post script/);
  });

  test('have no secrets, vars or needs: the job fails when it is set up', async () => {
    const { jobs } = await fixtures.runSteps('- uses: acme/release-gates@v1', {
      suite: { 'action.yml': compositeAction("- {run: 'echo ${{ secrets.KEY }}', shell: bash}") },
    });
    expect(jobs.job).toMatchObject({ result: 'failure', steps: [] });
    expect(jobs.job?.annotations[0]?.message).toContain("Unrecognized named-value: 'secrets'");
  });
});
