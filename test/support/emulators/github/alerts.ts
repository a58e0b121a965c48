import { type Route, route } from '../http.ts';
import type { Access, Permission } from './access.ts';
import {
  type Addresses,
  type CodeScanningAlert,
  codeScanningView,
  type DependabotAlert,
  dependabotView,
  type SecretAlert,
  secretView,
} from './alert-views.ts';
import { cursorListAnswer, listAnswer } from './pages.ts';
import type { Repository } from './repository.ts';

/** Open security alerts: docs: GitHub REST, code scanning, Dependabot and secret scanning. */
export class Alerts {
  readonly codeScanning: CodeScanningAlert[] = [];
  readonly dependabot: DependabotAlert[] = [];
  readonly secrets: SecretAlert[] = [];
  readonly #repository: Repository;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  routes(access: Access): Route[] {
    const list = <T>(
      kind: string,
      permission: Permission,
      alerts: T[],
      view: (alert: T, at: Addresses) => object,
      answer = listAnswer<T>,
    ) =>
      route(
        `GET /repos/:owner/:repo/${kind}/alerts`,
        access.read(permission, request => {
          const at = {
            html: this.#repository.html(`/security/${kind}/1`),
            api: this.#repository.api(`/${kind}/alerts/1`),
          };
          return answer(alerts, request, alert => view(alert, at));
        }),
      );
    return [
      list('code-scanning', 'security-events', this.codeScanning, codeScanningView),
      list('dependabot', 'vulnerability-alerts', this.dependabot, dependabotView, cursorListAnswer),
      list('secret-scanning', 'secret-scanning-alerts', this.secrets, secretView),
    ];
  }
}
