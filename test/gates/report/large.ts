import type { ReleaseAccount } from '../../../src/core/account.ts';
import type { CheckResult } from '../../../src/core/check.ts';
import { account, before, commit, endGate, recordOf } from './support.ts';

const began = Date.parse('2026-03-01T12:00:00Z');

/** A release of 50 flows with 12 steps each, 5 services and 3 databases, in which a tenth of the flows failed. */
export function largeAccount(): ReleaseAccount {
  const names = ['api', 'web', 'worker', 'admin', 'docs'];
  const services = Object.fromEntries(
    names.map(name => [
      name,
      { platform: 'fly', before: { id: `${name}:v1`, commit: before }, after: { id: `${name}:v2`, commit } },
    ]),
  );
  const migrations = Array.from({ length: 40 }, (_, index) => ({
    name: `202603010${index}_add_column_${index}`,
    grade: index % 9 === 0 ? ('breaking' as const) : ('compatible' as const),
    because: `ALTER TABLE orders ADD COLUMN note_${index} text`,
  }));
  const databases = Object.fromEntries(
    ['main', 'billing', 'audit'].map(name => [name, { applied: migrations.map(one => one.name), migrations }]),
  );
  const record = { ...recordOf(services), databases };
  const watch = endGate('watch', 'passed', {
    startedAt: began + 90_000,
    finishedAt: began + 400_000,
    plots: names.flatMap(name =>
      ['errors', 'p95', 'memory'].map(signal => ({
        title: `${name}.${signal}`,
        unit: signal === 'errors' ? '%' : signal === 'p95' ? 'ms' : 'MB',
        bound: 80,
        points: Array.from({ length: 900 }, (_, at) => ({
          at: began + 90_000 + at * 340,
          value: 40 + 30 * Math.sin(at / 40) + (at === 450 ? 60 : 0),
        })),
      })),
    ),
  });
  const smoke = endGate('smoke-test', 'failed', {
    checks: Array.from({ length: 50 }, (_, flow) => flowChecks(flow)).flat(),
    headline: '5 of 50 flows failed.',
    startedAt: began + 30_000,
    finishedAt: began + 85_000,
  });
  const plan = endGate('smoke-test', 'passed', { isDryRun: true });
  const outcomes = [
    endGate('validate-env'),
    plan,
    endGate('push-schema'),
    endGate('deploy'),
    endGate('probe'),
    smoke,
    watch,
  ];
  return account({ record, outcomes, expected: ['watch', 'preflight'] });
}

function flowChecks(flow: number): CheckResult[] {
  return Array.from({ length: 12 }, (_, step): CheckResult => {
    const isBad = flow % 10 === 0 && step === 7;
    const name = `flow-${flow}: step ${step} POST /api/orders/${step}`;
    const times = { startedAt: began + 30_000 + step * 100, finishedAt: began + 30_080 + step * 100 };
    if (!isBad)
      return { name, boundary: 'settlement', verdict: 'passed', findings: [], detail: '200 in 80 ms', ...times };
    const finding = {
      code: 'answer/status',
      severity: 'error' as const,
      boundary: 'settlement' as const,
      message: `POST https://api.example.com/api/orders answered 500 instead of 201: {"error":"column \\"note\\" does not exist"}`,
      help: 'Send it by hand: `curl -i -X POST https://api.example.com/api/orders -d \'{"id":1}\'`.',
      place: { path: '.github/release-gates.yml', line: 40 + flow, column: 7 },
    };
    return { name, boundary: 'settlement', verdict: 'failed', findings: [finding], detail: '500 in 80 ms', ...times };
  });
}
