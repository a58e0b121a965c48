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

const daysForm = 'a number of days, such as 30d';

/** A number of days, written as `30d`: a validity can be longer than any timer waits. */
export const daysSchema = z
  .string({ error: daysForm })
  .regex(/^\d{1,4}d$/, { error: daysForm, abort: true })
  .transform(text => Number(text.slice(0, -1)));

export const nameSchema = z
  .string()
  .regex(/^[A-Za-z][\w.-]*$/, 'a name of letters, digits, dots, dashes and underscores that starts with a letter');

/** What an environment variable may be called. */
export const variableNameSchema = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable, such as DATABASE_URL');

/** What a command gets besides the variables that its text names. */
export const commandEnvSchema = z.record(variableNameSchema, z.string()).default({});

export const repositorySchema = z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'a GitHub repository as owner/name');

export const jsonSchema: z.ZodType<unknown> = z.json();

export function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
