import * as z from 'zod';
import { methods } from '../../../http-methods.ts';
import { jsonSchema } from '../../common.ts';
import { answerSchema } from '../answer.ts';
import { captures, jsonPath } from '../capture.ts';
import { asking, fields, location, origins, type StepForm, web, within } from '../step.ts';

export const form = {
  kind: 'http',
  keys: methods,
  title: (key: string) => key.toUpperCase(),
  schemes: web,
  paths: ['ignore'],
} as const satisfies StepForm;

const fileSchema = z.strictObject({
  file: z.string().min(1).describe('A file, relative to the root of the repository.'),
  type: z.string().min(1).optional().describe('Its content type. Default: application/octet-stream.'),
});

const part = z.union([z.string(), fileSchema]);

export const schema = z
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
    form: fields.optional().describe('Form fields to send. A list repeats the field.'),
    multipart: z
      .record(z.string(), z.union([part, z.array(part).min(1)]))
      .optional()
      .describe('Parts of a multipart form to send: texts and files. A list repeats the part.'),
    body: part
      .optional()
      .describe('A text, or the bytes of a file, to send as is. Set the type of a text with the header content-type.'),
    basic: z.strictObject({ username: z.string(), password: z.string() }).optional().describe('Basic authentication.'),
    'client-certificate': z
      .strictObject({ certificate: z.string(), key: z.string(), authority: z.string().optional() })
      .optional()
      .describe(
        'A client certificate for the server in PEM, such as `${CLIENT_CERTIFICATE}`, and the authority to trust.',
      ),
    follow: z
      .int()
      .min(1)
      .max(20)
      .optional()
      .describe(
        'Follows up to this many redirects, as a browser does. Credentials and the body are not sent to another origin. Default: none.',
      ),
    origins,
    within,
    expect: answerSchema.default({ cookies: [] }),
    'compare-with': z
      .literal('previous')
      .optional()
      .describe('Sends the same request to the previous deployment and lists the differences. Only for get and head.'),
    ignore: z.array(jsonPath).default([]).describe('Values that may differ from the previous deployment.'),
    capture: captures,
  })
  .refine(step => methods.filter(method => step[method] !== undefined).length === 1, {
    error: 'a step with one of get, head, post, put, patch, delete or options',
    abort: true, // the schema of another kind of step says more
  })
  .refine(step => [step.json, step.form, step.multipart, step.body].filter(body => body !== undefined).length <= 1, {
    error: 'a step with one of `json`, `form`, `multipart` or `body`',
  })
  .refine(step => step.follow !== undefined || step.origins.length === 0, {
    error: '`follow` next to `origins`, which only limits redirects',
  })
  .refine(step => step['compare-with'] !== undefined || step.ignore.length === 0, {
    error: '`compare-with` next to `ignore`, which lists what the comparison leaves out',
  })
  .refine(step => step.basic === undefined || step.bearer === undefined, {
    error: 'a step with either `basic` or `bearer`',
  })
  .refine(step => step['compare-with'] === undefined || step.get !== undefined || step.head !== undefined, {
    error: '`compare-with` on a get or head, which change nothing when sent twice',
  })
  .describe('An HTTP request and its expected answer.');

export type HttpStep = z.infer<typeof schema>;
