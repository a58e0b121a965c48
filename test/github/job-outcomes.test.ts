import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { GateError } from '../../src/core/errors.ts';
import type { GateReport } from '../../src/core/report.ts';
import type { Inputs } from '../../src/github/inputs.ts';
import { type JobOutcomes, openJobOutcomes } from '../../src/github/job-outcomes.ts';
import { testContext } from '../support/context.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'job-outcomes-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const report: GateReport = {
  gate: 'probe',
  verdict: 'passed',
  headline: 'Ready.',
  checks: [{ name: 'api', boundary: 'data', verdict: 'passed', findings: [], since: 5, startedAt: 1, finishedAt: 2 }],
  outputs: {},
  plots: [{ title: 'errors', unit: '%', points: [{ at: 1, value: 0 }] }],
  startedAt: 1,
  finishedAt: 2,
};

function open(
  environment = 'production',
  variables: Record<string, string> = { RUNNER_TEMP: folder, GITHUB_RUN_ID: '7' },
) {
  const inputs: Inputs = {
    text: name => (name === 'environment' ? environment : ''),
    list: () => [],
    flag: () => false,
    duration: () => undefined,
    integer: () => undefined,
  };
  const context = testContext({ variables });
  return { outcomes: openJobOutcomes(inputs, 'c'.repeat(40), context), logged: context.logged };
}

function start(): JobOutcomes {
  open().outcomes.start();
  return open().outcomes;
}

test('without a start nothing is kept', () => {
  const { outcomes } = open();
  expect(outcomes.begin('probe', 1)).toBeUndefined();
  expect(readdirSync(folder)).toEqual([]);
});

test('a gate that began and ended is read as it was, one that only began as such', () => {
  const outcomes = start();
  expect(outcomes.begin('probe', 1)?.(report)).toBe(true);
  open().outcomes.begin('smoke-test', 3);
  const { gate: _, startedAt: __, ...ended } = report;
  expect(open().outcomes.read()).toEqual([
    { gate: 'probe', startedAt: 1, ended },
    { gate: 'smoke-test', startedAt: 3 },
  ]);
});

test('a release to another environment is another one', () => {
  start();
  expect(open('staging').outcomes.begin('probe', 1)).toBeUndefined();
});

test('what another step left is refused by the report, and a gate goes on without it', () => {
  start().begin('probe', 1);
  for (const name of readdirSync(folder)) writeFileSync(join(folder, name), '{"gate":1}');
  const { outcomes, logged } = open();
  expect(() => outcomes.read()).toThrow(GateError);
  expect(outcomes.begin('smoke-test', 2)).toBeUndefined();
  expect(logged.join()).toContain('not an outcome of this version');
});

test('a gate whose outcome cannot be kept learns of it', () => {
  const { outcomes, logged } = open();
  outcomes.start();
  const keep = outcomes.begin('probe', 1);
  const large = { ...report, headline: 'x'.repeat(3 * 1024 * 1024) };
  expect(keep?.(large)).toBe(false);
  expect(logged.join()).toContain('larger than');
});

test('outside of a job a start fails', () => {
  expect(() => open('', {}).outcomes.start()).toThrow(/RUNNER_TEMP/);
});

test('a check with more than the report needs is read without it', () => {
  const [check] = report.checks;
  if (check === undefined) throw new Error('no check');
  const more = { ...report, extra: 1, checks: [Object.assign({ steps: ['of', 'a', 'flow'] }, check)] };
  start().begin('probe', 1)?.(more);
  expect(open().outcomes.read()[0]?.ended?.checks).toEqual(report.checks);
});
