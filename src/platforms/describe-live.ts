import { describeDeployment } from '../core/describe-deployment.ts';
import type { Live } from './platform.ts';

export function describeLive({ deployment, others, down }: Live): string {
  const all = deployment ? [deployment, ...others] : others;
  if (all.length === 0) return down ? 'nothing answers as it should' : 'nothing is live yet';
  return `${all.map(describeDeployment).join(' and ')} ${down ? 'down, at least in part' : 'live'}`;
}
