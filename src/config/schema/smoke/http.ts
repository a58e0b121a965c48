import * as z from 'zod';
import { methods } from '../../http-methods.ts';
import { jsonSchema } from '../common.ts';
import { expectationSchema } from '../http.ts';
import { captures, jsonPath } from './capture.ts';
import { asking, location, texts, within } from './step.ts';

const cookieSchema = z.strictObject({
  name: z.string().min(1),
  'http-only': z.boolean().optional(),
  secure: z.boolean().optional(),
  'same-site': z.enum(['strict', 'lax', 'none']).optional(),
});

const tlsSchema = z
  .strictObject({
    'at-least': z.enum(['TLSv1.2', 'TLSv1.3']).optional().describe('The oldest version that may be spoken.'),
    'valid-for': z
      .string()
      .regex(/^\d+d$/, 'a number of days, such as 14d')
      .optional()
      .describe('How long the certificate must still be valid.'),
  })
  .describe('What the TLS connection of the address must be like.');

const partSchema = expectationSchema.extend({
  cookies: z.array(cookieSchema).default([]).describe('Cookies that the answer must set.'),
  schema: jsonSchema.optional().describe('A JSON Schema (2020-12) that the body must keep to.'),
  exactly: jsonSchema.optional().describe('The whole JSON body: nothing more and nothing less.'),
});

/** What the answer of a request must be. */
export const answerSchema = partSchema.extend({
  redirects: z.int().min(0).optional().describe('How many redirects must have been followed.'),
  location: z.string().optional().describe('Text that the address must contain where the redirects ended.'),
  tls: tlsSchema.optional(),
  not: partSchema.optional().describe('What the answer must not be: it fails when all of this holds.'),
  'any-of': z.array(partSchema).min(2).optional().describe('One of these must hold, beside everything else.'),
});

const fileSchema = z.strictObject({
  file: z.string().min(1).describe('A file, from the root of the repository.'),
  type: z.string().min(1).optional().describe('Its content type. Default: application/octet-stream.'),
});

export const httpStepSchema = z
  .strictObject({
    get: location.optional(),
    head: location.optional(),
    post: location.optional(),
    put: location.optional(),
    patch: location.optional(),
    delete: location.optional(),
    options: location.optional(),
    ...asking,
    json: jsonSchema.optional().describe('A JSON body to send.'),
    form: texts.optional().describe('Form fields to send.'),
    multipart: z
      .record(z.string(), z.union([z.string(), fileSchema]))
      .optional()
      .describe('Parts of a multipart form to send: texts and files.'),
    body: z.string().optional().describe('A text to send as it is; say what it is with the header content-type.'),
    basic: z.strictObject({ username: z.string(), password: z.string() }).optional().describe('Basic authentication.'),
    'client-certificate': z
      .strictObject({ certificate: z.string(), key: z.string(), authority: z.string().optional() })
      .optional()
      .describe('A certificate for the server, in PEM, such as `${CLIENT_CERTIFICATE}`, and whom to trust.'),
    follow: z
      .int()
      .min(1)
      .max(20)
      .optional()
      .describe(
        'Follows up to so many redirects, as a browser does; what signs in and the body go to no other origin. Default: none.',
      ),
    within,
    expect: answerSchema.default({ cookies: [] }),
    'compare-with': z
      .literal('previous')
      .optional()
      .describe('Asks the deployment that was live before the same, and lists what differs. Only for get and head.'),
    ignore: z.array(jsonPath).default([]).describe('Values that may differ from what was live before.'),
    capture: captures,
  })
  .refine(step => methods.filter(method => step[method] !== undefined).length === 1, {
    error: 'a step that asks one thing: one of get, head, post, put, patch, delete or options',
    abort: true, // it is another kind of step, whose form says more
  })
  .refine(step => [step.json, step.form, step.multipart, step.body].filter(body => body !== undefined).length <= 1, {
    error: 'a step that sends one of `json`, `form`, `multipart` or `body`',
  })
  .refine(step => step.basic === undefined || step.bearer === undefined, {
    error: 'a step that signs in by either `basic` or `bearer`',
  })
  .refine(step => step['compare-with'] === undefined || step.get !== undefined || step.head !== undefined, {
    error: '`compare-with` on a get or head, which change nothing where they are asked twice',
  })
  .describe('An HTTP request and what it must answer.');

export type HttpStep = z.infer<typeof httpStepSchema>;
export type AnswerPart = z.infer<typeof partSchema>;
export type Answer = z.infer<typeof answerSchema>;
export type CookieExpectation = z.infer<typeof cookieSchema>;
