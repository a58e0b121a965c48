import { type FindingKind, found } from '../../../core/finding.ts';
import { failed, StepEnded } from '../failure.ts';
import type { Step } from '../plan/model.ts';
import type { Visit } from '../visit.ts';

export const undeclaredOrigin: FindingKind = {
  code: 'smoke/undeclared-origin',
  severity: 'error',
  boundary: 'identity',
  meaning: 'The service sends users to an origin that the flow does not declare. The gate sent nothing there.',
  cause:
    'A base URL or redirect is wrong, the page is not the expected one, or the flow does not list an origin it uses.',
  help: 'Fix the address that the service gives. If users must go there, add the origin to `origins` of the step.',
};

type DeclaringStep = Step & { declared: { origins: string[] } };

/** The origins that a step may send requests to, besides the services. */
export class Origins {
  readonly #allowed: ReadonlySet<string>;

  /** `home` is the address that the step itself names. */
  constructor(home: URL, { declared }: DeclaringStep, { scope, run }: Visit) {
    const others = declared.origins.map(text => URL.parse(scope.resolveText(text))?.origin);
    this.#allowed = new Set([
      home.origin,
      `https://${home.hostname}`, // the upgrade of a plain address
      ...run.plan.requests.services.keys(),
      ...others.filter(origin => origin !== undefined),
    ]);
  }

  include(url: URL): boolean {
    return this.#allowed.has(url.origin);
  }
}

/** Ends the step, because it would have to send a request to an origin that it does not declare. `what` leads there. */
export function refuseOrigin(what: string, to: URL, step: Step, visit: Visit): never {
  const shown = to.origin === 'null' ? `an address that begins with ${to.protocol}` : to.origin; // data:, file:
  const message = `${step.label}: ${what} ${shown}, which the flow does not declare. The gate sent nothing there.`;
  const redacted = visit.context.redactor.redact(message);
  const where = { ...visit.locate(step), boundary: undeclaredOrigin.boundary };
  throw new StepEnded(failed([found(undeclaredOrigin, { message: redacted, ...where })], 'an undeclared origin'));
}
