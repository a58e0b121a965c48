import { expect } from '@jest/globals';
import type { Scenario } from './scenario.ts';

export const alertScenarios: Scenario[] = [
  {
    name: 'open security alerts are listed, each kind at its own address',
    async run({ call, github }) {
      const { alerts } = github;
      alerts.codeScanning.push({ rule: 'js/sql-injection', severity: 'critical' });
      alerts.dependabot.push({ package: 'left-pad', summary: 'Pads on the wrong side', severity: 'high' });
      alerts.secrets.push({ type: 'sample_token' });
      const query = '?state=open&per_page=100';
      expect((await call(`GET /code-scanning/alerts${query}`)).body).toMatchObject([
        { rule: { id: 'js/sql-injection', security_severity_level: 'critical' } },
      ]);
      expect((await call(`GET /dependabot/alerts${query}`)).body).toMatchObject([
        { security_advisory: { severity: 'high' } },
      ]);
      expect((await call(`GET /secret-scanning/alerts${query}&hide_secret=true`)).body).toMatchObject([
        { secret_type: 'sample_token' },
      ]);
    },
  },
];
