import * as z from 'zod';
import { hasPlaceholderAnywhere, listNamesAnywhere } from '../../../interpolation.ts';
import { anyStep, refuseKeys, rounds, type StepForm } from '../step.ts';
import { schema as httpSchema } from './http.ts';

export const form = { kind: 'injection', wraps: true, names: ['payload'] } as const satisfies StepForm;

/** What an injection could not honour: it sends one request many times. */
const withoutEffect = ['name', ...rounds, 'compare-with', 'ignore', 'capture'];

const request = httpSchema
  .superRefine((step, context) => {
    if (!hasPlaceholderAnywhere(step) || !listNamesAnywhere(step).includes('payload'))
      context.addIssue({ code: 'custom', message: 'a request with `${payload}` in it, which is what the step tests' });
  })
  .superRefine(refuseKeys('injection', withoutEffect));

export const schema = z
  .strictObject({
    injection: request.describe(
      'A request with `${payload}` in a place that users can write to. Its `expect` says what a refusal looks like. Default: no effect, no server error, and no success that a plain wrong value would not get.',
    ),
    ...anyStep,
  })
  .describe(
    'The service must refuse harmless SQL, NoSQL, script, template, path and header payloads, or return them as plain text.',
  );

export type InjectionStep = z.infer<typeof schema>;
