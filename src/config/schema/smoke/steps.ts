import * as z from 'zod';
import { suggestName } from '../../../core/nearest.ts';
import type { StepForm } from './step.ts';
import { kinds } from './steps/index.ts';

export type StepKind = (typeof kinds)[keyof typeof kinds]['form']['kind'];

type KnownForm = StepForm & { kind: StepKind };

const forms: readonly KnownForm[] = Object.values(kinds).map(({ form }) => form);
const keys = forms.flatMap(listKeys);

function listKeys({ kind, keys = [kind] }: StepForm): readonly string[] {
  return keys;
}

export const stepSchema = z.union(
  Object.values(kinds).map(({ schema }) => schema),
  { error: issue => explainKeys(issue.input) },
);

export type Step = z.infer<typeof stepSchema>;

/** The form of a step, and the key that selects it. */
export function findForm(step: Step): KnownForm & { key: string } {
  for (const form of forms) {
    const key = listKeys(form).find(each => Object.hasOwn(step, each));
    if (key !== undefined) return { ...form, key };
  }
  throw new Error('a step without a known key passed validation');
}

/** What is wrong with a step that has no known key, or several. Of any other step, its own schema says more. */
function explainKeys(step: unknown): string | undefined {
  if (step === null || typeof step !== 'object' || Array.isArray(step)) return 'a step, such as `get: /health`';
  const own = Object.keys(step);
  const known = own.filter(key => keys.includes(key));
  if (known.length === 1) return undefined;
  if (known.length > 1) return `a step that does one thing. Split it into ${known.length} steps: ${known.join(', ')}`;
  const near = own.map(key => suggestName(key, keys)).find(text => text.startsWith('Did'));
  return near === undefined ? `a step with one of ${keys.join(', ')}` : `a step with a known key. ${near}`;
}
