import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type BareProcess, startProgram } from '../support/run-built.ts';

/** Gates that are broken in ways that no gate should be; Node.js runs them from their sources. */
const folder = mkdtempSync(join(tmpdir(), 'release-gates-breakdown-'));
const started: BareProcess[] = [];
afterAll(() => {
  for (const program of started) program.remove();
  rmSync(folder, { recursive: true, force: true });
});

function startGateThat(work: string, env: Record<string, string> = {}): BareProcess {
  const program = join(folder, `${started.length}.ts`);
  const runAction = join(import.meta.dirname, '../../src/github/action.ts');
  writeFileSync(
    program,
    `import { runAction } from ${JSON.stringify(runAction)};\nawait runAction('sample', async ({ context }) => { ${work} });`,
  );
  const running = startProgram(program, { env });
  started.push(running);
  return running;
}

const never = 'return new Promise(() => {});';

describe('a gate that crashes still reports it, without a stack', () => {
  test.each([
    ['throws', "throw new TypeError('x is undefined');", 'x is undefined'],
    ['throws no error', "throw 'a text';", 'a text'],
    ['throws where nobody catches', `setTimeout(() => { throw new Error('boom'); }, 1); ${never}`, 'boom'],
    ['lets go of a promise', `void Promise.reject(new Error('boom')); ${never}`, 'boom'],
    ['waits for nothing', never, 'it waits for something that can never happen'],
  ])('it %s', async (_, work, message) => {
    const gate = startGateThat(work);
    expect(await gate.ended).toBe(1);
    expect(gate.outputs()).toMatch(/^verdict<<(\S+)\nerror\n\1$/m);
    expect(gate.printed()).toContain(`::error title=gate/unexpected::The gate crashed: ${message}.`);
    expect(gate.printed()).not.toMatch(/^[\s│]*at /m);
  });

  test('it shows the stack, without secrets, with debug logging', async () => {
    const work = "context.redactor.add('fake-secret'); throw new Error('it is fake-secret');";
    const gate = startGateThat(work, { RUNNER_DEBUG: '1' });
    expect(await gate.ended).toBe(1);
    expect(gate.printed()).toMatch(/^ {2}│ +at /m);
    expect(gate.printed().replace(/^::add-mask::.*$/gm, '')).not.toContain('fake-secret');
  });
});

test.each([
  ['of a report that cannot be published', 'startedAt: Number.NaN, finishedAt: 0', 'Invalid time value'],
  ['of no report at all', 'checks: undefined', 'could not be published'],
])('the step is not green %s', async (_, broken, message) => {
  const gate = startGateThat(
    `return { gate: 'sample', verdict: 'passed', headline: 'Good.', checks: [], outputs: {}, startedAt: 0, finishedAt: 0, ${broken} } as never;`,
  );
  expect(await gate.ended).toBe(1);
  expect(gate.printed()).toContain(message);
});

test('a gate that ignores its cancellation exits before the runner kills it', async () => {
  const deaf = `setInterval(() => {}, 1000); context.log.info('begun'); ${never}`;
  const idle = `const timer = setTimeout(() => {}, 60_000); context.signal.addEventListener('abort', () => clearTimeout(timer)); context.log.info('begun'); ${never}`;
  const gates = [deaf, idle].map(work => startGateThat(work));
  const ends = gates.map(async gate => {
    await new Promise(resolve => gate.child.stdout?.once('data', resolve));
    gate.child.kill('SIGINT');
    return [await gate.ended, gate.outputs().includes('gate/cancelled')];
  });
  expect(await Promise.all(ends)).toEqual([
    [1, true],
    [1, true],
  ]);
});
