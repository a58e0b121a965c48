import { describeDeployment } from '../../core/deployment-in-words.ts';
import type { Plan } from './plan.ts';

/** Where each service stands before anything is changed. */
export function standingsInWords({ steps, standings }: Plan): string {
  const parts = [...standings].map(([name, standing]) => {
    const step = steps.find(candidate => candidate.name === name);
    if (step) return `${name} would go back to ${describeDeployment(step.target)}`;
    if (standing === 'not-needed') return `${name} is there already`;
    if (standing === 'no-target') return `${name} has nothing known to go back to`;
    return standing === 'refused' ? `${name} cannot go back` : `${name} could not be asked`;
  });
  return parts.length > 0 ? `${parts.join('; ')}.` : 'The release has changed no service.';
}
