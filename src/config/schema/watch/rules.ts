import * as z from 'zod';
import { boundarySchema, durationSchema } from '../common.ts';

const shareForm = 'a share, such as 5% or 0.05';

/** A share of requests, between 0 and 1 once parsed. */
export const shareSchema = z
  .union([z.number(), z.string().regex(/^\d+(\.\d+)?%$/)], { error: shareForm })
  .transform(value => (typeof value === 'number' ? value : Number(value.slice(0, -1)) / 100))
  .refine(share => share > 0 && share < 1, shareForm);

/** Where metrics come from and what is asked of them in the same way wherever that is. */
export const measures = {
  events: z.string().min(1).optional().describe('The counter of what must stay rare, such as failed requests.'),
  of: z.string().min(1).optional().describe('The counter of all requests, which the events are a share of.'),
  histogram: z.string().min(1).optional().describe('A histogram of durations in seconds, without `_bucket`.'),
  'slower-than': durationSchema.optional().describe('With `histogram`: the bucket above which a request is slow.'),
  value: z.string().min(1).optional().describe('A gauge, such as memory in use.'),
  'at-most': z
    .union([z.number(), z.string().regex(/^\d+(\.\d+)?%$/)], { error: 'a number, or a share such as 5%' })
    .transform(value => (typeof value === 'number' ? value : Number(value.slice(0, -1)) / 100))
    .optional()
    .describe('The largest share of events or slow requests (default 5%), or the largest value.'),
  'at-least': z.number().optional().describe('The smallest value.'),
  'grows-at-most': z.number().min(0).optional().describe('By how much the value may grow in an hour.'),
};

const failingFor = 'How long this may be bad without a break before the release counts as bad.';

/** How long a state may be bad, for signals that are a state and not a count. */
export const patience = durationSchema.prefault('5m').describe(failingFor);
export const optionalPatience = durationSchema.optional().describe(`With \`value\`: ${failingFor} Default: 5m.`);

/** What every signal has. */
export const rules = {
  for: durationSchema.prefault('15m').describe('How long the gate watches. A clear result ends it earlier.'),
  'report-only': z.boolean().default(false).describe('Whether the signal is reported and never decides.'),
  boundary: boundarySchema.default('delivery'),
};

interface Measures {
  events?: string | undefined;
  of?: string | undefined;
  histogram?: string | undefined;
  'slower-than'?: number | undefined;
  value?: string | undefined;
  'at-most'?: number | undefined;
  'at-least'?: number | undefined;
  'grows-at-most'?: number | undefined;
  'failing-for'?: number | undefined;
}

/** Exactly one of the three forms, with the keys that belong to it. */
export function isOneMeasure(measure: Measures): boolean {
  const { events, of, histogram, value } = measure;
  const forms = [events, histogram, value].filter(form => form !== undefined);
  if (forms.length !== 1) return false;
  if ((events === undefined) !== (of === undefined)) return false;
  if ((histogram === undefined) !== (measure['slower-than'] === undefined)) return false;
  const bounds = [measure['at-most'], measure['at-least'], measure['grows-at-most']];
  if (value !== undefined) return bounds.some(bound => bound !== undefined);
  return [measure['at-least'], measure['grows-at-most'], measure['failing-for']].every(key => key === undefined);
}

export const oneMeasure =
  'either `events` with `of`, or `histogram` with `slower-than`, or `value` with `at-most`, `at-least` or `grows-at-most`';
