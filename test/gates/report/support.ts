import type { ReleaseAccount } from '../../../src/core/account.ts';
import { type EndedOutcome, keepOutcome } from '../../../src/core/kept-outcome.ts';
import { createRecord, type ReleaseRecord } from '../../../src/core/record.ts';
import type { GateReport } from '../../../src/core/report.ts';
import type { Verdict } from '../../../src/core/verdict.ts';
import { type AccountSources, accountRelease } from '../../../src/gates/report/account.ts';

export const commit = 'c'.repeat(40);
export const before = 'b'.repeat(40);
const began = Date.parse('2026-03-01T12:00:00Z');

/** A gate that ended with one check. */
export function endGate(gate: string, verdict: Verdict = 'passed', more: Partial<GateReport> = {}): EndedOutcome {
  const findings =
    verdict === 'passed'
      ? []
      : [
          {
            code: `${gate}/bad`,
            severity: 'error' as const,
            boundary: 'delivery' as const,
            message: `${gate} saw <b>500</b>.`,
            help: 'Look at it.',
          },
        ];
  const times = { startedAt: began, finishedAt: began + 5000 };
  return keepOutcome({
    gate,
    verdict,
    headline: `${gate}: ${verdict}.`,
    checks: [{ name: `${gate} check`, boundary: 'delivery', verdict, findings, detail: '500 in 12 ms', ...times }],
    outputs: {},
    ...times,
    ...more,
  });
}

type Services = ReleaseRecord['services'];

export const released: Services = {
  api: { platform: 'fly', before: { id: 'v1', commit: before }, after: { id: 'v2', commit } },
};
export const wentBack: Services = {
  api: { platform: 'fly', before: { id: 'v1', commit: before }, after: { id: 'v3', commit: before } },
};

export function recordOf(services: Services, gates: ReleaseRecord['gates'] = []): ReleaseRecord {
  return { ...createRecord('production', commit), services, gates };
}

export function account(sources: Partial<AccountSources> = {}): ReleaseAccount {
  return accountRelease({
    environment: 'production',
    repository: 'acme/shop',
    run: 'https://github.com/acme/shop/actions/runs/1',
    subject: 'Fix the cart',
    record: recordOf(released),
    outcomes: [endGate('deploy'), endGate('probe')],
    services: { api: { platform: 'fly', app: 'api', url: 'https://api.example.com', after: [], directory: '.' } },
    expected: [],
    now: began + 60_000,
    ...sources,
  });
}
