import type { HttpAnswer } from '../../clients/http.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import { StepEnded } from './failure.ts';
import type { Flow } from './plan/model.ts';
import type { Run } from './run.ts';

export const rolledOver: FindingKind = {
  code: 'smoke/rolled-over',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Another deployment took over during the test, so the steps did not all see the same release.',
  cause: 'Another release or a rollback started meanwhile, or instances of two versions share one address.',
  help: 'Wait until the roll-out ends, then run the gate again.',
};

/** Ends the step if the answer names another deployment than the first answer of the service did. */
export function refuseRollOver(answer: HttpAnswer, url: string, { run, flow }: { run: Run; flow: Flow }): void {
  const { deployment, services } = run.plan.requests;
  const now = deployment.seenIn === undefined ? undefined : answer.headers[deployment.seenIn];
  const service = now === undefined ? undefined : services.get(new URL(url).origin);
  if (service === undefined || now === undefined) return;
  const first = run.served.get(service.name);
  if (first === undefined) run.served.set(service.name, now);
  if (first === undefined || first === now) return;
  const message = `${service.name} now answers from ${now}, but answered from ${first} before (header ${deployment.seenIn}).`;
  throw new StepEnded({ verdict: 'inconclusive', findings: [found(rolledOver, { message, boundary: flow.boundary })] });
}
