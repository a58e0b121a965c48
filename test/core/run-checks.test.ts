import { describe, expect, test } from '@jest/globals';
import { type Check, type CheckResult, concludeFrom, passed } from '../../src/core/check.ts';
import { systemClock } from '../../src/core/clock.ts';
import { GateError } from '../../src/core/errors.ts';
import { found } from '../../src/core/finding.ts';
import { cancelled } from '../../src/core/gate-findings.ts';
import { type RunChecksOptions, runChecks } from '../../src/core/run-checks.ts';

const kind = { ...cancelled, code: 'gate/sample' };

function check(name: string, run: Check['run'], deadline?: number): Check {
  return { name, boundary: 'data', run, ...(deadline !== undefined && { deadline }) };
}

/** Ends only when it is told to. */
function hanging(name: string, deadline?: number): Check {
  return check(name, () => new Promise(() => {}), deadline);
}

function runAll(checks: Check[], options: Partial<RunChecksOptions> = {}): Promise<CheckResult[]> {
  return runChecks(checks, { clock: systemClock, signal: new AbortController().signal, ...options });
}

describe('results', () => {
  test('come in the order of the checks, and are heard of as each check ends', async () => {
    const { promise: second, resolve: endSecond } = Promise.withResolvers<void>();
    const heard: string[] = [];
    const results = await runAll(
      [check('first', () => second.then(() => passed('late'))), check('second', () => passed())],
      {
        onResult: ({ name }) => {
          heard.push(name);
          endSecond();
        },
      },
    );
    expect(results.map(({ name, verdict, detail }) => [name, verdict, detail])).toEqual([
      ['first', 'passed', 'late'],
      ['second', 'passed', undefined],
    ]);
    expect(heard).toEqual(['second', 'first']);
  });

  test('carry the boundary of the check and when it began and ended', async () => {
    let now = 1000;
    const clock = { ...systemClock, now: () => now++ };
    const [result] = await runAll([check('one', () => passed())], { clock });
    expect(result).toEqual({
      name: 'one',
      boundary: 'data',
      verdict: 'passed',
      findings: [],
      startedAt: 1000,
      finishedAt: 1001,
    });
  });

  test('are none when there are no checks', async () => {
    expect(await runAll([])).toEqual([]);
  });
});

test.each([1, 3])('never more than %i checks run at once', async concurrency => {
  let running = 0;
  let most = 0;
  const checks = Array.from({ length: 10 }, (_, index) =>
    check(`check ${index}`, async () => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      return passed();
    }),
  );
  expect(await runAll(checks, { concurrency })).toHaveLength(10);
  expect(most).toBe(concurrency);
});

describe('a check that goes wrong', () => {
  test.each([
    ['throws', () => Promise.reject(new Error('no such table')), 'gate/unexpected', 'no such table'],
    [
      'throws at once',
      () => {
        throw new TypeError('x is undefined');
      },
      'gate/unexpected',
      'x is undefined',
    ],
    ['throws no error', () => Promise.reject('just a text'), 'gate/unexpected', 'just a text'],
    [
      'knows why it cannot work',
      () => Promise.reject(new GateError([found(kind, { message: 'The token is refused.' })])),
      'gate/sample',
      'The token is refused.',
    ],
  ] as const)('is an error and stops no other: it %s', async (_, run, code, message) => {
    const [wrong, other] = await runAll([check('wrong', run), check('other', () => passed())]);
    expect(wrong).toMatchObject({ verdict: 'error', findings: [{ code, message: expect.stringContaining(message) }] });
    expect(other?.verdict).toBe('passed');
  });

  test.each([
    ['its own', hanging('slow', 5), {}],
    ["the gate's", hanging('slow'), { deadline: 5 }],
  ])('is given up at its deadline: %s', async (_, slow, options) => {
    const [result, other] = await runAll([slow, check('other', () => passed())], options);
    expect(result).toMatchObject({ verdict: 'error', findings: [{ code: 'gate/check-timed-out', boundary: 'data' }] });
    expect(other?.verdict).toBe('passed');
  });

  test('hears that its deadline is over, and is no breakdown for stopping then', async () => {
    const obedient = check('slow', signal => systemClock.sleep(60_000, signal).then(() => passed()), 5);
    const [result] = await runAll([obedient]);
    expect(result?.findings.map(finding => finding.code)).toEqual(['gate/check-timed-out']);
  });
});

describe('a cancellation', () => {
  const reason = new GateError([found(cancelled, { message: 'The run was cancelled.' })]);

  test.each([
    ['stops at once', hanging('running')],
    ['obeys the signal', check('running', signal => systemClock.sleep(60_000, signal).then(() => passed()))],
  ])('ends the check that runs and begins no other: it %s', async (_, running) => {
    const controller = new AbortController();
    let begun = false;
    const next = check('next', () => {
      begun = true;
      return passed();
    });
    const results = runAll([running, next], { signal: controller.signal, concurrency: 1 });
    controller.abort(reason);
    expect((await results).map(({ verdict, findings }) => [verdict, findings[0]?.code])).toEqual([
      ['error', 'gate/cancelled'],
      ['error', 'gate/cancelled'],
    ]);
    expect(begun).toBe(false);
  });

  test('leaves what was decided before', async () => {
    const controller = new AbortController();
    const results = runAll([check('done', () => passed()), hanging('running')], {
      signal: controller.signal,
      onResult: () => controller.abort(reason),
    });
    expect((await results).map(({ verdict }) => verdict)).toEqual(['passed', 'error']);
  });
});

test.each([
  ['passed', [], 'passed'],
  ['passed with a warning', [found({ ...kind, severity: 'warning' }, { message: '' })], 'passed'],
  ['failed with an error', [found(kind, { message: '' })], 'failed'],
] as const)('a check that looked for faults has %s', (_, findings, verdict) => {
  expect(concludeFrom([...findings], 'looked').verdict).toBe(verdict);
});
