import * as z from 'zod';
import { boundarySchema, durationSchema, jsonSchema, nameSchema } from './common.ts';
import { expectationSchema, methods } from './http.ts';

const jsonPath = z.string().regex(/^\$/, 'a JSON path such as $.accessToken');
const secret = z.boolean().default(false).describe('Whether the captured value is masked.');

const captureSchema = z.union([
  jsonPath,
  z.strictObject({ json: jsonPath, secret }),
  z.strictObject({ header: z.string().min(1), secret }),
  z.strictObject({ cookie: z.string().min(1), secret }),
]);
const capturesSchema = z
  .record(nameSchema, captureSchema)
  .default({})
  .describe('Values of the answer that later steps use as ${name}.');

const cookieSchema = z.strictObject({
  name: z.string().min(1),
  'http-only': z.boolean().optional(),
  secure: z.boolean().optional(),
  'same-site': z.enum(['strict', 'lax', 'none']).optional(),
});

const location = z.string().min(1).describe('A path of the service, or a whole URL.');

const shared = {
  name: z.string().min(1).optional().describe('What the step shows, for the report.'),
  service: nameSchema.optional().describe("Whose URL a path starts from. Default: the flow's."),
  headers: z.record(z.string(), z.string()).default({}),
  bearer: z.string().optional().describe('A token for the Authorization header.'),
  within: durationSchema.optional().describe('How long the answer may take.'),
  timeout: durationSchema.default(10_000).describe('When the step is given up.'),
  capture: capturesSchema,
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
    send: z
      .union([jsonSchema, z.array(jsonSchema)])
      .optional()
      .describe('A message, or a list, sent once connected.'),
    expect: jsonSchema.optional().describe('What one message that arrives must contain: each key named here.'),
    ...shared,
  })
  .describe('A WebSocket connection: what is sent, and what must arrive.');

const stepSchema = z.union([httpStepSchema, websocketStepSchema]);
const stepsSchema = z.array(stepSchema).min(1);

/** What a flow may have made up for it, new for each run. */
const generatorSchema = z.enum(['uuid', 'email', 'string']);

const flowSchema = z.strictObject({
  service: nameSchema.optional().describe('Whose URL the paths of its steps start from.'),
  boundary: boundarySchema.default('delivery'),
  generate: z
    .record(nameSchema, generatorSchema)
    .default({})
    .describe('Values made anew for each run, used as ${name}: uuid, email or string.'),
  steps: stepsSchema,
});

export const smokeSchema = z.strictObject({
  service: nameSchema.optional().describe('The service of flows that name none. Default: the only one there is.'),
  flows: z
    .record(
      nameSchema,
      z.union([
        flowSchema,
        stepsSchema.transform(steps => ({ service: undefined, boundary: 'delivery' as const, generate: {}, steps })),
      ]),
    )
    .describe('By name, the steps that a user of the release would take.'),
});

export type Smoke = z.infer<typeof smokeSchema>;
export type Flow = z.infer<typeof flowSchema>;
export type HttpStep = z.infer<typeof httpStepSchema>;
export type WebsocketStep = z.infer<typeof websocketStepSchema>;
export type Step = z.infer<typeof stepSchema>;
export type Capture = z.infer<typeof captureSchema>;
