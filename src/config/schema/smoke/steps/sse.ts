import * as z from 'zod';
import { arriving, as, withRules } from '../messages.ts';
import { asking, location, type StepForm, web } from '../step.ts';

export const form = { kind: 'sse', title: 'SSE', schemes: web } as const satisfies StepForm;

export const schema = withRules(z.strictObject({ sse: location, ...asking, as, ...arriving })).describe(
  'A stream of server-sent events. Each event is `{ event, data, id }`, with JSON data parsed.',
);

export type SseStep = z.infer<typeof schema>;
