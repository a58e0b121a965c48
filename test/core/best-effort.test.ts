import { describe, expect, test } from '@jest/globals';
import { bestEffort } from '../../src/core/best-effort.ts';
import { type CheckResult, passed } from '../../src/core/check.ts';
import { GateError } from '../../src/core/errors.ts';
import { type FindingKind, found } from '../../src/core/finding.ts';
import { cancelled } from '../../src/core/gate-findings.ts';
import { testContext } from '../support/context.ts';

const kind: FindingKind = {
  code: 'test/not-done',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'It was not done.',
  cause: 'An outage.',
  help: 'Do it by hand.',
};
const effort = { name: 'tag', kind, failure: 'The tag was not created' };

function listen() {
  const reported: CheckResult[] = [];
  return { reported, context: testContext({ onResult: result => reported.push(result) }) };
}

describe('work that may fail without changing the verdict', () => {
  test('has its value, and no check if there is nothing to report', async () => {
    const { reported, context } = listen();
    expect(await bestEffort(effort, async () => ({ ...passed(), value: 'v1' }), context)).toEqual({
      value: 'v1',
      checks: [],
    });
    expect(reported).toEqual([]);
  });

  test('passes with a warning if it fails', async () => {
    const { reported, context } = listen();
    const { value, checks } = await bestEffort(effort, () => Promise.reject(new Error('no network')), context);
    expect(value).toBeUndefined();
    expect(checks).toMatchObject([
      {
        name: 'tag',
        verdict: 'passed',
        findings: [{ code: 'test/not-done', message: 'The tag was not created: no network.', help: 'Do it by hand.' }],
      },
    ]);
    expect(reported).toEqual(checks);
  });

  test('gives the advice of the error, unless the work has its own', async () => {
    const { context } = listen();
    const refused = () => Promise.reject(new GateError([found(cancelled, { message: 'No.', help: 'Ask again.' })]));
    const advice = async (given: Parameters<typeof bestEffort>[0]) =>
      (await bestEffort(given, refused, context)).checks[0]?.findings[0]?.help;
    expect(await advice(effort)).toBe('Ask again.');
    expect(await advice({ ...effort, help: kind.help })).toBe('Do it by hand.');
  });

  test('reports what it found', async () => {
    const { context } = listen();
    const note = found(kind, { message: 'Held.', severity: 'notice' });
    const { checks } = await bestEffort(effort, async () => ({ ...passed(), findings: [note] }), context);
    expect(checks).toMatchObject([{ name: 'tag', verdict: 'passed', findings: [note] }]);
  });
});
