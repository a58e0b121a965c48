import { deploymentInWords } from '../core/deployment-in-words.ts';
import type { Live } from './platform.ts';

export function liveInWords({ deployment, others, down }: Live): string {
  const all = deployment ? [deployment, ...others] : others;
  if (all.length === 0) return down ? 'nothing answers as it should' : 'nothing is live yet';
  return `${all.map(deploymentInWords).join(' and ')} ${down ? 'down, at least in part' : 'live'}`;
}
