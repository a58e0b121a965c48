import * as z from 'zod';
import { jsonSchema } from '../common.ts';
import { expectationSchema } from '../http.ts';
import { expectedSchema, matchingSchema } from '../matchers.ts';
import { jsonPath } from './capture.ts';

const cookieSchema = z.strictObject({
  name: z.string().min(1),
  'http-only': z.boolean().optional(),
  secure: z.boolean().optional(),
  'same-site': z.enum(['strict', 'lax', 'none']).optional(),
});

const tlsSchema = z
  .strictObject({
    'at-least': z.enum(['TLSv1.2', 'TLSv1.3']).optional().describe('The oldest version that passes.'),
    'valid-for': z
      .string()
      .regex(/^\d+d$/, 'a number of days, such as 14d')
      .optional()
      .describe('How long the certificate must still be valid.'),
  })
  .describe('What the TLS connection must be like.');

const partSchema = expectationSchema.extend({
  cookies: z.array(cookieSchema).default([]).describe('Cookies that the answer must set.'),
  values: z
    .record(jsonPath, matchingSchema)
    .optional()
    .describe(
      'Values of the JSON body by path, each with its value or what it must be like. If a path matches several values, each must be so.',
    ),
  schema: jsonSchema.optional().describe('A JSON Schema (2020-12) that the body must match.'),
  exactly: expectedSchema.optional().describe('The whole JSON body, with nothing missing and nothing added.'),
});

/** What the answer to a request must be. */
export const answerSchema = partSchema.extend({
  redirects: z.int().min(0).optional().describe('How many redirects the step must follow.'),
  location: z.string().optional().describe('Text that the final address must contain.'),
  tls: tlsSchema.optional(),
  not: partSchema.optional().describe('What the answer must not be. The step fails if all of this holds.'),
  'any-of': z
    .array(partSchema)
    .min(2)
    .optional()
    .describe('At least one of these must hold, in addition to everything else.'),
});

export type AnswerPart = z.infer<typeof partSchema>;
export type Answer = z.infer<typeof answerSchema>;
export type CookieExpectation = z.infer<typeof cookieSchema>;
