import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from '@jest/globals';
import { compositeAction, Fixtures, javaScriptAction } from './fixture.ts';
import { runAction } from './run-action.ts';

const fixtures = new Fixtures();
afterAll(() => fixtures.remove());

describe('runAction', () => {
  test('gives the exit code and what the process wrote, unmasked', async () => {
    const suite = fixtures.folder({
      'actions/gate/action.yml': javaScriptAction('inputs: {word: {description: x, default: none}}'),
      'actions/gate/main.cjs': `
        console.log('word ' + process.env.INPUT_WORD + ' ' + process.env.MACHINE + ' ' + process.env.STEP);
        console.error('::error file=a.yml,line=2::wrong');
        require('fs').appendFileSync(process.env.GITHUB_OUTPUT, 'verdict=failed\\n');
        process.exitCode = 3;`,
    });
    const result = await runAction({
      action: join(suite, 'actions/gate'),
      suite,
      with: { word: 'fake-secret' },
      secrets: { WORD: 'fake-secret' },
      env: { MACHINE: 'm' },
      stepEnv: { STEP: 's' },
    });
    expect(result).toMatchObject({
      exitCode: 3,
      outcome: 'failure',
      stdout: 'word fake-secret m s\n',
      outputs: { verdict: 'failed' },
      annotations: [{ level: 'error', message: 'wrong', file: 'a.yml', line: 2 }],
    });
    expect(result.log).toContain('word *** m s');
  });

  test('runs a composite action that uses its siblings, in a consumer', async () => {
    const suite = fixtures.folder({
      'action.yml': compositeAction('- uses: $/gate'),
      'gate/action.yml': javaScriptAction(),
      'gate/main.cjs': "console.log(require('fs').readFileSync('file', 'utf8'))",
    });
    const result = await runAction({ action: suite, consumer: fixtures.folder({ file: 'of the consumer' }) });
    expect(result.stdout).toBe('of the consumer\n');
    expect(result.steps).toHaveLength(1);
  });

  test('runs the post script', async () => {
    const action = fixtures.folder({
      'action.yml': 'name: x\ndescription: x\nruns: {using: node24, main: main.cjs, post: main.cjs}\n',
      'main.cjs': '',
    });
    const { posts } = await runAction({ action });
    expect(posts.map(post => post.conclusion)).toEqual(['success']);
  });

  test('can be cancelled', async () => {
    const controller = new AbortController();
    const action = fixtures.folder({
      'action.yml': javaScriptAction(),
      'main.cjs': "console.log('waiting'); setInterval(() => {}, 60_000)",
    });
    const result = await runAction({ action, signal: controller.signal, print: () => controller.abort() });
    expect(result).toMatchObject({ outcome: 'cancelled', exitCode: 130 });
  });
});

test('the runner works under plain Node too', () => {
  const consumer = fixtures.folder({
    'w.yml': 'on: push\njobs: {a: {runs-on: x, steps: [{run: echo under plain Node}]}}\n',
  });
  const index = fileURLToPath(new URL('./index.ts', import.meta.url));
  const script = `
    import { runWorkflow } from ${JSON.stringify(index)};
    const folder = ${JSON.stringify(consumer)};
    await runWorkflow({ workflow: 'w.yml', consumer: folder, suite: folder, print: line => console.log(line) });`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  expect(stdout).toContain('    under plain Node\n');
});
