import { type Route, route } from '../http.ts';
import type { Access } from './access.ts';
import { listAnswer } from './pages.ts';
import type { Repository } from './repository.ts';

type Severity = 'low' | 'medium' | 'high' | 'critical';

/** Open security alerts: docs: GitHub REST, code scanning, Dependabot and secret scanning; of each what clients read. */
export class Alerts {
  readonly codeScanning: { rule: string; severity: Severity }[] = [];
  readonly dependabot: { package: string; summary: string; severity: Severity }[] = [];
  readonly secrets: { type: string }[] = [];
  readonly #repository: Repository;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  routes(access: Access): Route[] {
    const repo = '/repos/:owner/:repo';
    const html = (kind: string, number: number) => this.#repository.html(`/security/${kind}/${number}`);
    return [
      route(
        `GET ${repo}/code-scanning/alerts`,
        access.read('security-events', request =>
          listAnswer(this.codeScanning, request, alert => ({
            number: 1,
            state: 'open',
            html_url: html('code-scanning', 1),
            rule: {
              id: alert.rule,
              description: alert.rule,
              severity: 'error',
              security_severity_level: alert.severity,
            },
          })),
        ),
      ),
      route(
        `GET ${repo}/dependabot/alerts`,
        access.read('vulnerability-alerts', request =>
          listAnswer(this.dependabot, request, alert => ({
            number: 1,
            state: 'open',
            html_url: html('dependabot', 1),
            dependency: { package: { ecosystem: 'npm', name: alert.package } },
            security_advisory: { summary: alert.summary, severity: alert.severity },
          })),
        ),
      ),
      route(
        `GET ${repo}/secret-scanning/alerts`,
        access.read('secret-scanning-alerts', request =>
          listAnswer(this.secrets, request, alert => ({
            number: 1,
            state: 'open',
            html_url: html('secret-scanning', 1),
            secret_type: alert.type,
            secret_type_display_name: alert.type,
          })),
        ),
      ),
    ];
  }
}
