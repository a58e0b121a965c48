import { afterAll, describe, expect, test } from '@jest/globals';
import { Fixtures } from '../fixture.ts';

const fixtures = new Fixtures();
afterAll(() => fixtures.remove());

async function firstStep(script: string, options: Parameters<Fixtures['runSteps']>[1] = {}) {
  const { jobs, log } = await fixtures.runSteps(`- run: |\n${script.replace(/^/gm, '    ')}`, options);
  const step = jobs.job?.steps[0];
  if (!step) throw new Error('the step did not run');
  return { step, log };
}

describe('annotations', () => {
  test('come from both streams, with their place', async () => {
    const { step, log } = await firstStep(`
echo "::error file=$PWD/src/a.ts,line=3,col=5,endColumn=7,title=Wrong::first%0Asecond"
echo "::warning::careful" >&2
echo "##[notice]good to know"`);
    expect(step.annotations).toEqual(
      expect.arrayContaining([
        { level: 'error', message: 'first\nsecond', title: 'Wrong', file: 'src/a.ts', line: 3, col: 5, endColumn: 7 },
        { level: 'warning', message: 'careful' },
        { level: 'notice', message: 'good to know' },
      ]),
    );
    expect(log).toContain('Error: first');
    expect(log).toContain('Warning: careful');
  });

  test('lose their columns when they have no line or span lines', async () => {
    const { step } = await firstStep('echo "::error col=3::a"; echo "::error line=1,endLine=2,col=3::b"');
    expect(step.annotations).toEqual([
      { level: 'error', message: 'a' },
      { level: 'error', message: 'b', line: 1, endLine: 2 },
    ]);
  });

  test('are kept ten per level; the rest is only in the log', async () => {
    const { step, log } = await firstStep('for i in $(seq 12); do echo "::error::number $i"; done; echo "::notice::x"');
    expect(step.annotations.filter(annotation => annotation.level === 'error')).toHaveLength(10);
    expect(step.annotations.at(-1)).toEqual({ level: 'notice', message: 'x' });
    expect(step.dropped).toBe(2);
    expect(log).toContain('Error: number 12');
  });

  test('are cut at 4096 characters', async () => {
    const { step } = await firstStep('echo "::error::$(head -c 5000 /dev/zero | tr "\\0" x)"');
    expect(step.annotations[0]?.message).toHaveLength(4096);
  });
});

describe('masks', () => {
  test('cover log, annotations and summary from add-mask on', async () => {
    const { step, log } = await firstStep(`
value="made-at-$((1 + 1))-run-time"
echo "::add-mask::$value"
echo "now $value"
echo "::error::see $value"
echo "in $value" >> $GITHUB_STEP_SUMMARY`);
    expect(log).not.toContain('made-at-2-run-time');
    expect(log).toContain('now ***');
    expect(step.annotations[0]?.message).toBe('see ***');
    expect(step.summary).toBe('in ***\n');
  });

  test('cover what is printed, and secrets from the start', async () => {
    const printed: string[] = [];
    await firstStep('echo "${{ secrets.KEY }}" "${{ github.token }}"', {
      secrets: { KEY: 'fake-key' },
      github: { token: 'fake-token' },
      print: line => printed.push(line),
    });
    expect(printed.join('\n')).toContain('*** ***');
    expect(printed.join('\n')).not.toMatch(/fake-key|fake-token/);
  });

  test('warn of an empty value', async () => {
    const { step } = await firstStep('echo "::add-mask:: "');
    expect(step.annotations[0]?.message).toBe("Can't add secret mask for empty string in ##[add-mask] command.");
  });
});

describe('commands', () => {
  test('stop until the token', async () => {
    const { step, log } = await firstStep(`
echo "::stop-commands::a-token-of-this-test"
echo "::error::not a command"
echo "::a-token-of-this-test::"
echo "::error::a command"`);
    expect(step.annotations).toEqual([{ level: 'error', message: 'a command' }]);
    expect(log).toContain('::error::not a command');
  });

  test.each(['', 'error', 'pause-logging'])('refuse "%s" as a token', async token => {
    const { step } = await firstStep(`echo "::stop-commands::${token}"`);
    expect(step.outcome).toBe('failure');
    expect(step.annotations[1]?.message).toContain('You cannot use a endToken');
  });

  test.each(['::set-env name=A::1', '::add-path::/bin'])('refuse %s', async command => {
    const { step } = await firstStep(`echo "${command}"`);
    expect(step.outcome).toBe('failure');
    expect(step.annotations[0]?.message).toBe(`Unable to process command '${command}' successfully.`);
    expect(step.annotations[1]?.message).toContain('command is disabled');
  });

  test('still set outputs the old way', async () => {
    const { step } = await firstStep('echo "::set-output name=a::b"');
    expect(step.outputs).toEqual({ a: 'b' });
  });

  test('are echoed when asked', async () => {
    const { log } = await firstStep('echo "::set-output name=a::1"; echo "::echo::on"; echo "::set-output name=b::2"');
    expect(log.split('\n').filter(line => line.trimStart().startsWith('::set-output'))).toHaveLength(1);
  });

  test('show debug lines only in debug runs, which have RUNNER_DEBUG', async () => {
    const script = 'echo "::debug::in detail"; echo "debug is [$RUNNER_DEBUG]"';
    const quiet = await firstStep(script);
    const debug = await firstStep(script, { vars: { ACTIONS_STEP_DEBUG: 'true' } });
    expect(quiet.log).not.toContain('##[debug]in detail');
    expect(quiet.log).toContain('debug is []');
    expect(debug.log).toContain('##[debug]in detail');
    expect(debug.log).toContain('debug is [1]');
  });
});

describe('the printed log', () => {
  test('reads as on GitHub', async () => {
    const printed: string[] = [];
    await fixtures.runSteps(
      `- name: Check\n  run: |\n    echo before\n    echo "::group::Details"\n    echo inside\n    echo "::endgroup::"\n    echo after\n- {name: Never, if: false, run: exit 1}`,
      { print: line => printed.push(line.replace(/\d+\.\d+s/, '0.0s')) },
    );
    expect(printed).toEqual([
      'Job job',
      '  ▶ Check',
      '    before',
      '    ▼ Details',
      '      inside',
      '    after',
      '    ✓ success (0.0s)',
      '  ○ Never (skipped)',
      '✓ Job job: success (0.0s)',
    ]);
  });

  test('has colour only when asked', async () => {
    const printed: string[] = [];
    await firstStep('echo "::error::red"', { colour: true, print: line => printed.push(line) });
    expect(printed).toContain('    \u001b[31mError:\u001b[0m red');
  });

  test('splits lines at carriage returns, and keeps the last one without an end', async () => {
    const printed: string[] = [];
    await firstStep('printf "10%%\\r20%%\\r\\nend"', { print: line => printed.push(line.trim()) });
    expect(printed).toEqual(expect.arrayContaining(['10%', '20%', 'end']));
  });

  test('keeps the header of a step folded: in the log, not printed', async () => {
    const printed: string[] = [];
    const { log } = await firstStep('exit 0', { print: line => printed.push(line) });
    expect(log).toContain('shell: bash -e {0}');
    expect(printed.join('\n')).not.toContain('shell:');
  });
});
