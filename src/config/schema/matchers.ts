import * as z from 'zod';
import { durationSchema, jsonSchema } from './common.ts';

const bound = z
  .union([z.number(), z.string().regex(/^v?\d+(\.\d+)*$/)], { error: 'a number, or a version such as 2.10.0' })
  .optional();

const patternForm = 'a regular expression, such as ^v\\d+';
const pattern = z.string({ error: patternForm }).min(1).refine(isPattern, patternForm);

/** Whether a text is a regular expression. */
export function isPattern(text: string): boolean {
  try {
    return new RegExp(text).source !== '';
  } catch {
    return false;
  }
}

/** What one value must be. Every rule given must hold. */
export const matcherSchema = z
  .strictObject({
    equals: jsonSchema.optional().describe('Exactly this value.'),
    'not-equals': jsonSchema.optional().describe('Anything but this value.'),
    'one-of': z.array(jsonSchema).min(1).optional().describe('One of these values.'),
    matches: pattern.optional().describe('A text that matches this regular expression.'),
    contains: jsonSchema.optional().describe('A text that contains this, or a list with this item.'),
    'at-least': bound.describe('A number or version of at least this.'),
    'at-most': bound.describe('A number or version of at most this.'),
    'newer-than': durationSchema
      .optional()
      .describe(
        'A point in time at most this long ago: ISO 8601, an HTTP date, or Unix time in seconds or milliseconds.',
      ),
    exists: z.boolean().optional().describe('Whether a value must exist.'),
  })
  .refine(matcher => Object.keys(matcher).length > 0, {
    error: 'at least one of equals, not-equals, one-of, matches, contains, at-least, at-most, newer-than, exists',
    when: ({ issues }) => issues.length === 0, // an unknown key has a finding of its own
  });

export type Matching = z.infer<typeof matcherSchema>;

/** A value to equal, or rules that the value must meet. */
export const matchingSchema = z.union([z.string(), z.number(), z.boolean(), z.null(), matcherSchema]);

export type Matchable = z.infer<typeof matchingSchema>;
