import { spawnSync } from 'node:child_process';
import { afterAll, describe, expect, test } from '@jest/globals';
import { compositeAction, Fixtures, javaScriptAction } from './fixture.ts';

const fixtures = new Fixtures();
afterAll(() => fixtures.remove());

/** Cancels the run when a line that holds `text` is printed. */
function cancelAt(text: string) {
  const controller = new AbortController();
  const print = (line: string) => line.includes(text) && controller.abort();
  return { signal: controller.signal, print };
}

/** An action that waits for signals; `handlers` is JavaScript. */
function waitingAction(handlers: string) {
  const wait = "console.log('is waiting'); setInterval(() => {}, 60_000);";
  return { 'action.yml': javaScriptAction(), 'main.cjs': `const fs = require('fs'); ${handlers}; ${wait}` };
}

const WAIT = '- uses: acme/release-gates@v1\n  id: gate';

describe('cancellation', () => {
  test('interrupts the step, which may finish its work', async () => {
    const { jobs, conclusion, log } = await fixtures.runSteps(`${WAIT}\n- run: echo never`, {
      ...cancelAt('is waiting'),
      suite: waitingAction(
        "process.on('SIGINT', () => { fs.appendFileSync(process.env.GITHUB_OUTPUT, 'verdict=error\\n'); process.exit(0) })",
      ),
    });
    expect(conclusion).toBe('cancelled');
    expect(jobs.job?.result).toBe('cancelled');
    expect(jobs.job?.steps[0]).toMatchObject({ outcome: 'cancelled', outputs: { verdict: 'error' } });
    expect(jobs.job?.steps[1]?.outcome).toBe('skipped');
    expect(log).toContain('Error: The operation was canceled.');
  });

  test('goes on to SIGTERM', async () => {
    const { log } = await fixtures.runSteps(WAIT, {
      ...cancelAt('is waiting'),
      timing: { interrupt: 1, terminate: 60_000 },
      suite: waitingAction(
        "process.on('SIGINT', () => {}); process.on('SIGTERM', () => { console.log('terminated'); process.exit() })",
      ),
    });
    expect(log).toContain('terminated');
  });

  test('ends with SIGKILL of the whole tree', async () => {
    const { conclusion, log } = await fixtures.runSteps(WAIT, {
      ...cancelAt('is waiting'),
      timing: { interrupt: 1, terminate: 1 },
      suite: waitingAction(
        "process.on('SIGINT', () => {}); process.on('SIGTERM', () => {}); " +
          "const child = require('child_process').spawn('sleep', ['60'], { stdio: 'inherit' }); console.log('child ' + child.pid)",
      ),
    });
    expect(conclusion).toBe('cancelled');
    const child = Number(/child (\d+)/.exec(log)?.[1]);
    await expect(ended(child)).resolves.toBe(true);
  });

  test('leaves steps that want to run, and runs those that wait for it', async () => {
    const { jobs } = await fixtures.runSteps(
      `
- {name: working, if: always(), run: echo is working; sleep 0.1; echo done}
- {name: default, run: exit 0}
- {name: failure, if: failure(), run: exit 0}
- {name: cancelled, if: cancelled(), run: exit 0}
- {name: always, if: always(), run: exit 0}`,
      cancelAt('is working'),
    );
    expect(jobs.job?.steps.map(step => `${step.name}: ${step.conclusion}`)).toEqual([
      'working: success',
      'default: skipped',
      'failure: skipped',
      'cancelled: success',
      'always: success',
    ]);
    expect(jobs.job?.result).toBe('cancelled');
  });

  test('is not forgiven by continue-on-error', async () => {
    const { jobs } = await fixtures.runSteps(
      '- {run: echo is working; exec sleep 60, continue-on-error: true}',
      cancelAt('is working'),
    );
    expect(jobs.job?.steps[0]).toMatchObject({ outcome: 'cancelled', conclusion: 'cancelled' });
  });

  test('reaches steps inside composite actions; those that want to run after it do', async () => {
    const { jobs } = await fixtures.runSteps('- uses: acme/release-gates@v1', {
      ...cancelAt('is working'),
      suite: {
        'action.yml': compositeAction(`
- {run: echo is working; exec sleep 60, shell: bash}
- {run: exit 0, shell: bash}
- {if: failure(), run: exit 0, shell: bash}
- {if: always(), run: exit 0, shell: bash}`),
      },
    });
    expect(jobs.job?.steps[0]?.outcome).toBe('cancelled');
    expect(jobs.job?.steps[0]?.steps?.map(step => step.conclusion)).toEqual([
      'cancelled',
      'skipped',
      'skipped',
      'success',
    ]);
  });

  test('skips jobs to come unless they ask for it', async () => {
    const job = (id: string, rest: string, run = 'exit 0') =>
      `  ${id}: {runs-on: ubuntu-latest, ${rest} steps: [{run: ${run}}]}\n`;
    const { jobs, conclusion } = await fixtures.run(
      `on: push\njobs:\n${job('working', '', 'echo is working; exec sleep 60')}` +
        job('after', 'needs: working,') +
        job('other', '') +
        job('cleanup', 'needs: working, if: cancelled(),'),
      cancelAt('is working'),
    );
    expect(conclusion).toBe('cancelled');
    expect(Object.entries(jobs).map(([id, { result }]) => `${id}: ${result}`)).toEqual([
      'working: cancelled',
      'other: skipped',
      'after: skipped',
      'cleanup: success',
    ]);
  });

  test('leaves a job that always runs', async () => {
    const { jobs } = await fixtures.run(
      'on: push\njobs:\n  job: {runs-on: ubuntu-latest, if: always(), steps: [{run: echo is working}, {run: exit 0}]}\n',
      cancelAt('is working'),
    );
    expect(jobs.job).toMatchObject({ result: 'success', steps: [{ outcome: 'success' }, { outcome: 'success' }] });
  });

  test('before the start skips what does not ask for it', async () => {
    const { jobs, conclusion } = await fixtures.run(
      'on: push\njobs:\n  a: {runs-on: x, steps: [{run: exit 0}]}\n  b: {runs-on: x, if: always(), steps: [{run: exit 0}]}\n',
      { signal: AbortSignal.abort() },
    );
    expect(conclusion).toBe('cancelled');
    expect(jobs).toMatchObject({ a: { result: 'skipped' }, b: { result: 'success' } });
  });

  test('ends even steps that want to run when its window is over', async () => {
    const { jobs } = await fixtures.runSteps('- {if: always(), run: echo is working; exec sleep 60}', {
      ...cancelAt('is working'),
      timing: { window: 1 },
    });
    expect(jobs.job?.steps[0]?.outcome).toBe('cancelled');
  });
});

describe('timeouts', () => {
  test('of a step fail it, and only it', async () => {
    const { jobs } = await fixtures.runSteps(
      '- {name: Wait, run: exec sleep 60, timeout-minutes: 1}\n- {if: failure(), run: exit 0}',
      { timing: { minute: 1 } },
    );
    expect(jobs.job).toMatchObject({
      result: 'failure',
      steps: [
        { outcome: 'failure', annotations: [{ message: "The action 'Wait' has timed out after 1 minutes." }] },
        { outcome: 'success' },
      ],
    });
  });

  test('of a step cover the steps of a composite action', async () => {
    const { jobs } = await fixtures.runSteps('- {uses: acme/release-gates@v1, timeout-minutes: 1}', {
      timing: { minute: 1 },
      suite: { 'action.yml': compositeAction('- {run: exec sleep 60, shell: bash}') },
    });
    expect(jobs.job?.steps[0]).toMatchObject({
      outcome: 'failure',
      annotations: [{ message: 'The action has timed out.' }],
    });
  });

  test('of a job cancel it', async () => {
    const { jobs, conclusion, log } = await fixtures.run(
      'on: push\njobs:\n  job: {runs-on: ubuntu-latest, timeout-minutes: 1, steps: [{run: exec sleep 60}, {run: exit 0, if: always()}]}\n',
      { timing: { minute: 1 } },
    );
    expect(jobs.job).toMatchObject({ result: 'cancelled', steps: [{ outcome: 'cancelled' }, { outcome: 'success' }] });
    expect(conclusion).toBe('cancelled');
    expect(log).toContain('The job has exceeded the maximum execution time of 1 minutes.');
  });
});

describe('what a step leaves behind', () => {
  test('runs until the end of the job, even when it holds the streams open', async () => {
    const { log } = await fixtures.runSteps(
      '- run: sleep 60 & echo "left $!"; echo "LEFT=$!" >> $GITHUB_ENV\n- run: kill -0 $LEFT && echo still there',
      { timing: { streams: 1 } },
    );
    expect(log).toContain('still there');
    expect(log).toContain('Terminate orphan process');
    const left = Number(/left (\d+)/.exec(log)?.[1]);
    await expect(ended(left)).resolves.toBe(true);
  });
});

/** Waits until a killed process has ended; that its new parent has yet to take note of it does not matter. */
async function ended(pid: number): Promise<boolean> {
  for (;;) {
    const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
    if (stdout.trim() === '' || stdout.startsWith('Z')) return true;
    await new Promise(resolve => setImmediate(resolve));
  }
}
