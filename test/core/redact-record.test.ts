import { expect, test } from '@jest/globals';
import { createRecord, parseRecord, type ReleaseRecord } from '../../src/core/record.ts';
import { redactRecord } from '../../src/core/redact-record.ts';
import { Redactor } from '../../src/core/redaction.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';

function record(): ReleaseRecord {
  const deployment = { id: `registry.fly.io/pm-backend:${commit}`, commit, url: 'https://pm-backend.fly.dev/' };
  return {
    ...createRecord('pm-backend-production', commit),
    services: {
      'pm-backend': { platform: 'fly', before: deployment, after: deployment, staged: deployment, by: 'flyctl' },
    },
    databases: {
      main: {
        applied: ['1_pm-backend'],
        migrations: [{ name: '1_pm-backend', grade: 'breaking', because: 'DROP TABLE pm-backend' }],
      },
    },
  };
}

function hiding(...secrets: string[]): Redactor {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.add(secret);
  return redactor;
}

test('what a rollback needs is never cut out of a record', () => {
  const redacted = redactRecord(record(), hiding('pm-backend', commit));
  expect(redacted.services).toEqual(record().services);
  expect(redacted).toMatchObject({ commit, environment: 'pm-backend-production' });
  expect(redacted.databases.main?.applied).toEqual(['1_pm-backend']);
  expect(parseRecord(JSON.stringify(redacted))).toEqual(redacted);
});

test('text in a record is redacted', () => {
  const finding = {
    code: 'a/b',
    severity: 'error',
    boundary: 'data',
    message: 'pm-backend',
    help: 'pm-backend',
  } as const;
  const at = new Date(0).toISOString();
  const gate = {
    gate: 'deploy',
    verdict: 'failed',
    startedAt: at,
    finishedAt: at,
    checks: 1,
    findings: [finding],
  } as const;
  const overrides = [{ gate: 'preflight', what: 'window', reason: 'pm-backend is down', by: 'ada', at }];
  const redacted = redactRecord(
    { ...record(), gates: [{ ...gate, findings: [finding] }], overrides },
    hiding('pm-backend'),
  );
  expect(redacted.gates[0]?.findings[0]).toMatchObject({ message: '***', help: '***' });
  expect(redacted.overrides?.[0]?.reason).toBe('*** is down');
  expect(redacted.databases.main?.migrations?.[0]?.because).toBe('DROP TABLE ***');
});

test('credentials in the address of a deployment are redacted', () => {
  const noted = record();
  noted.services['pm-backend'] = {
    platform: 'command',
    after: { id: '7', url: 'https://user:fake-password@api.example.com/?key=fake-password' },
  };
  expect(JSON.stringify(redactRecord(noted, hiding('fake-password')))).not.toContain('fake-password');
});
