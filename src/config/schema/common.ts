import '../../core/zod-settings.ts';
import * as z from 'zod';
import { durationPattern, parseDuration } from '../../core/duration.ts';
import { boundaries } from '../../core/finding.ts';

export const boundarySchema = z.enum(boundaries).describe('The trust boundary that the report counts it to.');

const durationForm = 'a duration with its unit, such as 200ms, 30s or 5m';

/** A duration with its unit; milliseconds once parsed. */
export const durationSchema = z
  .string({ error: durationForm })
  .regex(durationPattern, { error: durationForm, abort: true })
  .refine(text => parseDuration(text) !== undefined, { error: 'a duration of at most 24d' })
  .transform(text => parseDuration(text) ?? 0);

export const nameSchema = z
  .string()
  .regex(/^[A-Za-z][\w.-]*$/, 'a name of letters, digits, dots, dashes and underscores that starts with a letter');

/** What an environment variable may be called. */
export const variableNameSchema = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable, such as DATABASE_URL');

export const repositorySchema = z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'a GitHub repository as owner/name');

export const jsonSchema: z.ZodType<unknown> = z.json();

export function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
