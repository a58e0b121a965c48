import * as z from 'zod';
import { durationSchema, jsonSchema, nameSchema } from '../common.ts';
import { expectedSchema } from '../matchers.ts';

/** What the plan and the messages need to know about a kind of step. The gate's file of the same name runs the step. */
export interface StepForm {
  /** The name of both files of the step, and the key that selects it. */
  kind: string;
  /** The keys that select it, where there are several. */
  keys?: readonly string[];
  /** How messages name it before the value of its key. Default: the key. */
  title?: string | ((key: string) => string);
  /** The URL schemes it supports. The value of its key is then an address, or a list of addresses. */
  schemes?: readonly string[];
  /** Set if the value of its key, or of `key`, is code: how messages call it, and how else a value reaches it. */
  code?: { key?: string; noun: string; help(name: string): string };
  /** Set if the value of its key is another step. */
  wraps?: true;
  /** Keys that name a variable of the environment. */
  variables?: readonly string[];
  /** Keys that hold a list of JSON paths. */
  paths?: readonly string[];
  /** Names that the step defines for the step it wraps. */
  names?: readonly string[];
}

export const web = ['http', 'https'] as const;

const conditionSchema = z
  .union([
    z.string().min(1),
    z.strictObject({ value: z.string(), is: expectedSchema }),
    z.strictObject({ value: z.string(), 'is-not': expectedSchema }),
  ])
  .describe(
    'Runs the step only if this holds: a `${name}` that is not empty, false, 0 or null; or a `value` with what it `is` or `is-not`.',
  );

const forEachSchema = z
  .record(nameSchema, z.union([z.array(jsonSchema).min(1), z.string()]))
  .refine(each => Object.keys(each).length === 1, 'one name with its list')
  .describe('Runs the step once for each item of a list. `{ market: [btc, eth] }` defines ${market}.');

const retrySchema = z
  .strictObject({
    times: z.int().min(1).max(20).describe('How many times to retry the step.'),
    every: durationSchema.prefault('1s').describe('The pause before each retry.'),
    because: z.string().min(1).describe('Why the step may fail at first. The log shows it with each retry.'),
  })
  .describe('Retries the step if it does not pass. Give a reason, because a retry can hide a fault.');

/** The keys of every step. */
export const anyStep = {
  name: z.string().min(1).optional().describe('What the step shows, for the report.'),
  'as-user': nameSchema
    .optional()
    .describe(
      'The user who takes the step, such as bob. Each user has cookies of its own, and its captures: ${token} is its own, and other steps read it as ${bob.token}. Default: the user of the flow.',
    ),
  if: conditionSchema.optional(),
  'for-each': forEachSchema.optional(),
  repeat: z.int().min(1).max(1000).optional().describe('Runs the step this many times. ${round} counts from 1.'),
  retry: retrySchema.optional(),
};

/** The keys of a step that a step around it does not apply to the one within. Write them on the step around it. */
export const rounds = ['as-user', 'if', 'for-each', 'repeat', 'retry'] as const;

/** Reports keys that would have no effect within another step. */
export function refuseKeys(within: string, keys: readonly string[]) {
  return (step: object, context: z.RefinementCtx) => {
    for (const key of keys) {
      const value: unknown = Reflect.get(step, key);
      if (value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0))
        continue;
      context.addIssue({
        code: 'custom',
        message: `no \`${key}\`, which has no effect within \`${within}\``,
        path: [key],
      });
    }
  };
}

export const timeout = durationSchema.prefault('10s').describe('When the gate gives up on the step.');
export const within = durationSchema.optional().describe('How long the answer may take.');
export const service = nameSchema
  .optional()
  .describe("The service whose URL a path starts from. Default: the flow's service.");
export const location = z.string().min(1).describe('A path of the service, or a full URL.');
export const texts = z.record(z.string(), z.string());

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** Parameters or fields. A list repeats the name. */
export const fields = z.record(z.string(), z.union([scalar, z.array(scalar).min(1)]));
export const origins = z
  .array(
    z.string().refine(text => text.includes('${') || /^https?:$/.test(URL.parse(text)?.protocol ?? ''), {
      error: 'an origin, such as https://accounts.example.com',
    }),
  )
  .default([])
  .describe(
    'More origins that the step may send requests to when the service leads there. Services are always allowed.',
  );

/** What HTTP or the gate itself decides (Fetch standard, forbidden request-header). */
const ownHeaders = ['connection', 'content-length', 'expect', 'keep-alive', 'transfer-encoding', 'upgrade'];

export const headers = texts.superRefine((value, context) => {
  for (const name of Object.keys(value)) {
    if (!ownHeaders.includes(name.toLowerCase())) continue;
    context.addIssue({ code: 'custom', message: `no header ${name}, which the gate sets itself`, path: [name] });
  }
});
export const method = z.enum(['get', 'head', 'post', 'put', 'patch', 'delete']);
export const jsonBody = jsonSchema.optional().describe('A JSON body to send.');

/** The keys of a step that sends HTTP requests to a service. */
export const asking = {
  ...anyStep,
  service,
  headers: headers.default({}),
  query: fields.default({}).describe('Parameters to add to the query of the address. A list repeats the parameter.'),
  bearer: z.string().optional().describe('A token for the Authorization header.'),
  timeout,
};
