import { afterAll, describe, expect, test } from '@jest/globals';
import { compositeAction, Fixtures, javaScriptAction } from '../fixture.ts';

const fixtures = new Fixtures();
afterAll(() => fixtures.remove());

const PRINT_ENVIRONMENT = 'for (const [k, v] of Object.entries(process.env)) console.log(`${k}=[${v}]`);';

describe('where actions come from', () => {
  const say = (what: string) => ({ 'a/action.yml': javaScriptAction(), 'a/main.cjs': `console.log('${what}')` });

  test('$/ in a workflow is the consumer, without a checkout', async () => {
    const { log } = await fixtures.runSteps('- uses: $/a', { files: say('the consumer'), suite: say('the suite') });
    expect(log).toContain('    the consumer');
  });

  test('any owner of release-gates is the suite, and $/ in it too', async () => {
    const suite = { ...say('the suite'), 'action.yml': compositeAction('- uses: $/a') };
    const { log } = await fixtures.runSteps('- uses: acme/release-gates/a@v1\n- uses: OWNER/release-gates@0123abc', {
      files: say('the consumer'),
      suite,
    });
    expect(log.match(/ {4}the suite/g)).toHaveLength(2);
  });

  test('./ is the workspace, also inside the suite, and needs a checkout', async () => {
    const { log, jobs } = await fixtures.runSteps(
      '- {uses: ./a, continue-on-error: true}\n- uses: actions/checkout@v5\n- uses: acme/release-gates@v1',
      { files: say('the workspace'), suite: { ...say('the suite'), 'action.yml': compositeAction('- uses: ./a') } },
    );
    expect(jobs.job?.steps[0]?.annotations[0]?.message).toContain('Did you forget to run actions/checkout');
    expect(log).toContain('    the workspace');
  });

  test('$/ in an action by ./ is the consumer', async () => {
    const files = { ...say('the consumer'), 'b/action.yml': compositeAction('- uses: $/a') };
    const { log } = await fixtures.runSteps('- uses: actions/checkout@v5\n- uses: ./b', { files });
    expect(log).toContain('    the consumer');
  });

  test('others can be stood in for', async () => {
    const folder = fixtures.folder({ 'action.yml': javaScriptAction(), 'main.cjs': "console.log('a stand-in')" });
    const { log } = await fixtures.runSteps('- uses: actions/setup-node@v6', {
      actions: { 'actions/setup-node': folder },
    });
    expect(log).toContain('a stand-in');
  });

  test.each([
    ['octo/unknown@v1', 'not supported by the test runner: uses octo/unknown@v1'],
    ['docker://alpine:3', "Expected format {org}/{repo}[/path]@ref. Actual 'docker://alpine:3'"],
    ['octo/no-ref', "Expected format {org}/{repo}[/path]@ref. Actual 'octo/no-ref'"],
    ['$/a@v1', "Expected format $/path, without @ref. Actual '$/a@v1'"],
  ])('%s is refused before anything runs', async (uses, message) => {
    const printed: string[] = [];
    const run = fixtures.runSteps(`- run: echo\n- uses: ${uses}`, { print: line => printed.push(line) });
    await expect(run).rejects.toThrow(message);
    expect(printed).toEqual([]);
  });
});

describe('JavaScript actions', () => {
  const INPUTS = `
inputs:
  plain-name: {description: a}
  with blank: {description: b, default: from the file}
  token: {description: c, default: '\${{ github.token }}'}
  unset: {description: d, required: true}
  old: {description: e, deprecationMessage: use plain-name}
`;
  const suite = { 'action.yml': javaScriptAction(INPUTS), 'main.cjs': PRINT_ENVIRONMENT };

  test('have every declared input, and a warning for others', async () => {
    const { log, jobs } = await fixtures.runSteps(
      '- uses: acme/release-gates@v1\n  with: {plain-name: " a\\nb ", OLD: 1, wrong: x}',
      { suite, github: { token: 'fake-token' } },
    );
    expect(log).toContain('INPUT_PLAIN-NAME=[ a');
    expect(log).toContain('INPUT_WITH_BLANK=[from the file]');
    expect(log).toContain('INPUT_TOKEN=[***]');
    expect(log).toContain('INPUT_UNSET=[]');
    expect(log).toContain('INPUT_OLD=[1]');
    expect(jobs.job?.steps[0]?.annotations.map(annotation => annotation.message)).toEqual([
      "Input 'old' has been deprecated with message: use plain-name",
      "Unexpected input(s) 'wrong', valid inputs are ['plain-name', 'with blank', 'token', 'unset', 'old']",
    ]);
  });

  test('know where they are and where they come from', async () => {
    const { log } = await fixtures.runSteps('- {id: gate, uses: acme/release-gates@v1}', { suite });
    expect(log).toContain('GITHUB_ACTION=[gate]');
    expect(log).toContain('GITHUB_ACTION_REPOSITORY=[acme/release-gates]');
    expect(log).toContain('GITHUB_ACTION_REF=[v1]');
    expect(log).not.toContain('GITHUB_ACTION_PATH');
  });

  test('fail by their exit code, after their outputs were taken', async () => {
    const script = "require('fs').appendFileSync(process.env.GITHUB_OUTPUT, 'verdict=failed\\n'); process.exitCode = 1";
    const { jobs } = await fixtures.runSteps('- uses: acme/release-gates@v1', {
      suite: { 'action.yml': javaScriptAction(), 'main.cjs': script },
    });
    expect(jobs.job?.steps[0]).toMatchObject({ outcome: 'failure', outputs: { verdict: 'failed' }, annotations: [] });
  });

  test('fail clearly when their script is not there', async () => {
    const { jobs } = await fixtures.runSteps('- uses: acme/release-gates@v1', {
      suite: { 'action.yml': javaScriptAction() },
    });
    expect(jobs.job?.steps[0]?.annotations[0]?.message).toMatch(/^File not found: '.*main\.cjs'$/);
  });

  test('run pre first and post last, in reverse, with their state', async () => {
    const action = (name: string) => ({
      [`${name}/action.yml`]: `name: x\ndescription: x\nruns: {using: node24, pre: pre.cjs, main: main.cjs, post: post.cjs}\n`,
      [`${name}/pre.cjs`]: `console.log('pre ${name}'); save('early', 1); ${SAVE}`,
      [`${name}/main.cjs`]: `console.log('main ${name} ' + process.env.STATE_early); save('late', 2); ${SAVE}`,
      [`${name}/post.cjs`]: `console.log('post ${name} ' + process.env.STATE_early + process.env.STATE_late)`,
    });
    const { log, jobs } = await fixtures.runSteps('- uses: $/a\n- uses: $/b\n- run: exit 1\n- uses: $/c', {
      files: { ...action('a'), ...action('b'), ...action('c') },
    });
    const said = log.split('\n').filter(line => /^ +(pre|main|post) /.test(line));
    expect(said.map(line => line.trim())).toEqual([
      'pre a',
      'pre b',
      'pre c',
      'main a 1',
      'main b 1',
      'post b 12',
      'post a 12',
    ]);
    expect(jobs.job?.steps.map(step => step.name)).toContain('Post Run $/a');
  });
});

const SAVE = "function save(k, v) { require('fs').appendFileSync(process.env.GITHUB_STATE, k + '=' + v + '\\n') }";
