import * as z from 'zod';
import { durationPattern, parseDuration } from '../../core/duration.ts';
import { formatError, GateError } from '../../core/errors.ts';
import { found } from '../../core/finding.ts';
import { isMapping } from '../../core/is-mapping.ts';
import { invalidValue } from '../findings.ts';
import { hasPlaceholder } from '../interpolation.ts';
import { jsonSchema } from './common.ts';

const bound = z
  .union([z.number(), z.string().regex(/^v?\d+(\.\d+)*$|\$\{/)], { error: 'a number, or a version such as 2.10.0' })
  .optional();

const ageForm = 'a duration with its unit, such as 30s, 5m or 90d';

/** An age may be longer than a timer. */
const age = z
  .string({ error: ageForm })
  .regex(durationPattern, { error: ageForm })
  .transform(text => parseDuration(text, Number.MAX_SAFE_INTEGER) ?? 0);

const patternForm = 'a regular expression, such as ^v\\d+';
export const pattern = z
  .string({ error: patternForm })
  .min(1)
  .superRefine((text, context) => {
    const fault = explainPattern(text);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: `${patternForm} (${fault})` });
  });

/** Why a text is not a regular expression; undefined if it is one. */
function explainPattern(text: string): string | undefined {
  try {
    new RegExp(text);
    return undefined;
  } catch (error) {
    return formatError(error).replace(/^Invalid regular expression: /, '');
  }
}

/** JSON that a value is compared with. A part of it can be rules for the value there, such as `{ $contains: { id: 2 } }`. */
export const expectedSchema: z.ZodType<unknown> = jsonSchema.superRefine((value, context) =>
  checkRules(value, context),
);

const expectedList = z.array(expectedSchema).min(1).optional();
const time = z.union([z.string().min(1), z.number()]).optional();
const count = z.int().min(0);

/** What one value must be. Every rule given must hold. */
export const matcherSchema = z
  .strictObject({
    equals: jsonSchema.optional().describe('Exactly this value.'),
    'not-equals': jsonSchema.optional().describe('Anything but this value.'),
    'one-of': z.array(jsonSchema).min(1).optional().describe('One of these values.'),
    matches: pattern.optional().describe('A text that matches this regular expression.'),
    contains: expectedSchema
      .optional()
      .describe('A text that contains this, or a list with an item that has each key named here.'),
    'contains-exactly': jsonSchema.optional().describe('A list with exactly this item.'),
    'at-least': bound.describe('A number or version of at least this.'),
    'at-most': bound.describe('A number or version of at most this.'),
    'newer-than': age
      .optional()
      .describe(
        'A point in time at most this long ago: ISO 8601, an HTTP date, or Unix time in seconds or milliseconds.',
      ),
    before: time.describe('A point in time before this one.'),
    after: time.describe('A point in time after this one, such as ${started}.'),
    near: z
      .strictObject({
        value: z.union([z.number(), z.string().min(1)]),
        tolerance: z.union([
          z.number().min(0),
          z.string().regex(durationPattern, 'a number, or a duration such as 5s'),
        ]),
      })
      .optional()
      .describe('A number that differs by at most `tolerance`, or a point in time within that duration.'),
    length: z
      .union([count, z.strictObject({ 'at-least': count.optional(), 'at-most': count.optional() })])
      .optional()
      .describe('How many items a list has, or characters a text.'),
    each: expectedSchema.optional().describe('A list with at least one item, of which each is like this.'),
    'contains-all': expectedList.describe('A text or list that contains all of these.'),
    'in-any-order': expectedList.describe('A list of exactly these items, in any order.'),
    'any-of': expectedList.describe('Like at least one of these.'),
    not: expectedSchema.optional().describe('Not like this.'),
    json: expectedSchema
      .optional()
      .describe('A text with JSON like this, from its first `{` or `[` to its end, such as `42["chat",{}]`.'),
    values: z
      .record(z.string().startsWith('$'), expectedSchema)
      .optional()
      .describe('Values within this value, by JSON path.'),
    exists: z.boolean().optional().describe('Whether a value must exist.'),
  })
  .refine(matcher => Object.keys(matcher).length > 0, {
    error: 'at least one rule, such as equals, one-of, matches, contains, at-least or exists',
    when: ({ issues }) => issues.length === 0, // an unknown key has a finding of its own
  });

/** The words of rules within expected JSON: `$contains` and the like. */
const words = new Set(Object.keys(matcherSchema.shape).map(key => `$${key}`));

/** The rules that a part of expected JSON stands for, such as `{ $matches: ^v }`; undefined for a plain value. */
export function readRules(expected: unknown): Matching | undefined {
  if (!isRules(expected)) return undefined;
  const parsed = parseRules(expected);
  if (parsed.success) return parsed.data;
  const message = `${JSON.stringify(expected)} is not a rule for a value: ${explain(parsed.error)}.`;
  throw new GateError([found(invalidValue, { message })]);
}

function isRules(value: unknown): value is Record<string, unknown> {
  return isMapping(value) && Object.keys(value).length > 0 && Object.keys(value).every(key => words.has(key));
}

function parseRules(rules: Record<string, unknown>) {
  return matcherSchema.safeParse(
    Object.fromEntries(Object.entries(rules).map(([word, rule]) => [word.slice(1), rule])),
  );
}

function explain({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `$${path.join('.')}: ${message}`).join('; ');
}

/** Rules with names in them are checked once the names have values. */
function checkRules(value: unknown, context: z.RefinementCtx, path: (string | number)[] = []): void {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    const message = 'a number of at most 2^53; write a larger one in quotes';
    context.addIssue({ code: 'custom', message, path });
  }
  if (value === null || typeof value !== 'object') return;
  if (isRules(value)) {
    const parsed = hasPlaceholder(value) ? undefined : parseRules(value);
    if (parsed?.error) context.addIssue({ code: 'custom', message: explain(parsed.error), path });
  }
  for (const [key, item] of Object.entries(value))
    checkRules(item, context, [...path, Array.isArray(value) ? Number(key) : key]);
}

export type Matching = z.infer<typeof matcherSchema>;

/** A value to equal, or rules that the value must meet. */
export const matchingSchema = z.union([z.string(), z.number(), z.boolean(), z.null(), matcherSchema]);

export type Matchable = z.infer<typeof matchingSchema>;
