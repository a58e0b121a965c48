import { describeDeployment } from '../core/describe-deployment.ts';
import type { Live, Unfinished } from './platform.ts';

export function describeLive({ deployment, others, down }: Live): string {
  const all = deployment ? [deployment, ...others] : others;
  if (all.length === 0) return down ? 'nothing answers as it should' : 'nothing is live yet';
  return `${all.map(describeDeployment).join(' and ')} ${down ? 'down, at least in part' : 'live'}`;
}

/** Which deployment it is, and who began it when, as far as the platform tells. */
export function describeUnfinished({ begunAt, begunBy, ...deployment }: Unfinished): string {
  const begun = [begunAt && ` at ${begunAt}`, begunBy && ` by ${begunBy}`].filter(Boolean).join('');
  return `${describeDeployment(deployment)}${begun && `, begun${begun}`}`;
}
