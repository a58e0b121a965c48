import type { HttpAnswer } from '../../clients/http.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import { StepEnded } from './failure.ts';
import type { Visit } from './visit.ts';

export const rolledOver: FindingKind = {
  code: 'smoke/rolled-over',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Another deployment took over while the test ran, so its steps did not see one and the same release.',
  cause: 'A release that was started meanwhile, a rollback, or instances of two versions behind one address.',
  help: 'Wait until the roll-out has ended, then run the gate again.',
};

/** Ends the step when the answer says that it comes from another deployment than the first one did. */
export function refuseRollOver(answer: HttpAnswer, url: string, { run, flow }: Visit): void {
  const { deployment, services } = run.plan.requests;
  const now = deployment.seenIn === undefined ? undefined : answer.headers[deployment.seenIn];
  const service = now === undefined ? undefined : services.get(new URL(url).origin);
  if (service === undefined || now === undefined) return;
  const first = run.served.get(service.name);
  if (first === undefined) run.served.set(service.name, now);
  if (first === undefined || first === now) return;
  const message = `${service.name} answered from ${now}, and from ${first} before (header ${deployment.seenIn}).`;
  throw new StepEnded({ verdict: 'inconclusive', findings: [found(rolledOver, { message, boundary: flow.boundary })] });
}
