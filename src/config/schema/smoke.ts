import * as z from 'zod';
import { parseJsonPath } from '../../core/json-path.ts';
import { boundarySchema, durationSchema, jsonSchema, nameSchema } from './common.ts';
import { expectationSchema, methods } from './http.ts';

const jsonPathForm = "a JSON path to one value, such as $.user.id, $.orders[0].id, $.orders[-1] or $['access-token']";
const jsonPath = z.string({ error: jsonPathForm }).refine(text => parseJsonPath(text) !== undefined, jsonPathForm);
const secret = z
  .boolean()
  .optional()
  .describe(
    'Whether the captured value is masked. Default: cookies, JSON Web Tokens, and what the name calls a secret.',
  );

const jsonCaptureSchema = z.strictObject({ json: jsonPath, secret });
const captureSchema = z.union([
  jsonPath,
  jsonCaptureSchema,
  z.strictObject({ header: z.string().min(1), secret }),
  z.strictObject({ cookie: z.string().min(1), secret }),
]);
const captures = 'later steps of the flow use as ${name}.';

const cookieSchema = z.strictObject({
  name: z.string().min(1),
  'http-only': z.boolean().optional(),
  secure: z.boolean().optional(),
  'same-site': z.enum(['strict', 'lax', 'none']).optional(),
});

const location = z.string().min(1).describe('A path of the service, or a whole URL. Redirects are not followed.');

const shared = {
  name: z.string().min(1).optional().describe('What the step shows, for the report.'),
  service: nameSchema.optional().describe("Whose URL a path starts from. Default: the flow's."),
  headers: z.record(z.string(), z.string()).default({}),
  bearer: z.string().optional().describe('A token for the Authorization header.'),
  within: durationSchema.optional().describe('How long the answer may take.'),
  timeout: durationSchema.default(10_000).describe('When the step is given up.'),
};

const httpStepSchema = z
  .strictObject({
    get: location.optional(),
    head: location.optional(),
    post: location.optional(),
    put: location.optional(),
    patch: location.optional(),
    delete: location.optional(),
    options: location.optional(),
    json: jsonSchema.optional().describe('A JSON body to send.'),
    form: z.record(z.string(), z.string()).optional().describe('Form fields to send.'),
    expect: expectationSchema
      .extend({ cookies: z.array(cookieSchema).default([]).describe('Cookies that the answer must set.') })
      .default({ cookies: [] }),
    capture: z.record(nameSchema, captureSchema).default({}).describe(`Values of the answer that ${captures}`),
    ...shared,
  })
  .refine(step => methods.filter(method => step[method] !== undefined).length === 1, {
    error: 'a step with exactly one of get, head, post, put, patch, delete, options or websocket',
  })
  .refine(step => step.json === undefined || step.form === undefined, {
    error: 'a step that sends either `json` or `form`',
  })
  .describe('An HTTP request and what it must answer.');

const websocketStepSchema = z
  .strictObject({
    websocket: location,
    send: jsonSchema
      .optional()
      .describe('A message, or a list of messages, sent once connected: text as it is, everything else as JSON.'),
    expect: jsonSchema
      .optional()
      .describe('What one message that arrives must contain: each key named here. Without it, connecting is enough.'),
    capture: z
      .record(nameSchema, z.union([jsonPath, jsonCaptureSchema]))
      .default({})
      .describe(`Values of the expected message that ${captures}`),
    ...shared,
  })
  .refine(step => step.expect !== undefined || Object.keys(step.capture).length === 0, {
    error: 'an `expect` beside `capture`, which says what message to capture from',
  })
  .describe('A WebSocket connection: what is sent, and what must arrive.');

const stepSchema = z.union([httpStepSchema, websocketStepSchema]);
const stepsSchema = z.array(stepSchema).min(1);

/** What a flow may have made up for it, new for each run. */
const generatorSchema = z.enum(['uuid', 'email', 'string']);
export type Generator = z.infer<typeof generatorSchema>;

const flowSchema = z.strictObject({
  service: nameSchema.optional().describe('Whose URL the paths of its steps start from.'),
  boundary: boundarySchema.default('delivery'),
  generate: z
    .record(nameSchema, generatorSchema)
    .default({})
    .describe('Values made anew for each run, used as ${name}: uuid, email or string.'),
  steps: stepsSchema,
});

/** A flow may be just the list of its steps; `stepsAt` is where in the flow they stand. */
const anyFlowSchema = z.union([
  flowSchema.transform(flow => ({ ...flow, stepsAt: ['steps'] })),
  stepsSchema.transform(steps => ({
    service: undefined,
    boundary: 'delivery' as const,
    generate: {} as Record<string, Generator>,
    steps,
    stepsAt: [] as string[],
  })),
]);

export const smokeSchema = z.strictObject({
  service: nameSchema.optional().describe('The service of flows that name none. Default: the only one there is.'),
  flows: z.record(nameSchema, anyFlowSchema).describe('By name, the steps that a user of the release would take.'),
});

export type Smoke = z.infer<typeof smokeSchema>;
export type Flow = z.infer<typeof anyFlowSchema>;
export type HttpStep = z.infer<typeof httpStepSchema>;
export type WebsocketStep = z.infer<typeof websocketStepSchema>;
export type Step = z.infer<typeof stepSchema>;
export type Capture = z.infer<typeof captureSchema>;
export type CookieExpectation = z.infer<typeof cookieSchema>;
