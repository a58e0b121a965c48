import * as z from 'zod';
import { boundarySchema, durationSchema, jsonSchema, nameSchema } from './common.ts';
import { texts } from './smoke/step.ts';
import { stepSchema } from './smoke/steps.ts';

const stepsSchema = z.array(stepSchema).min(1);

/** What a flow may have made up for it, new for each run. */
export const generators = ['uuid', 'email', 'string', 'now', 'unix-time', 'pkce'] as const;
const generatorSchema = z.enum(generators);
export type Generator = z.infer<typeof generatorSchema>;

const generate = z
  .record(nameSchema, generatorSchema)
  .default({})
  .describe(
    'Values made anew for each run, used as ${name}: uuid, email, string, now, unix-time, or pkce (${name.verifier}, ${name.challenge}).',
  );
const service = nameSchema.optional().describe('Whose URL the paths of its steps start from.');
const cleaning = z
  .array(stepSchema)
  .default([])
  .describe(
    'Steps that are taken at the end of a flow that has begun, also after a failure or a cancellation, to delete what was made.',
  );

const flowSchema = z.strictObject({
  service,
  boundary: boundarySchema.default('delivery'),
  tags: z.array(nameSchema).default([]).describe('Words to select flows by, with the input `tags`.'),
  severity: z
    .enum(['error', 'warning'])
    .default('error')
    .describe('Whether a fault fails the gate or is a warning. A flow with the tag `critical` always fails it.'),
  after: z.array(nameSchema).default([]).describe('Flows that must have passed before this one starts.'),
  timeout: durationSchema.prefault('5m').describe('When the whole flow is given up.'),
  generate,
  steps: stepsSchema,
  finally: cleaning,
});

const flowDefaults: Omit<z.infer<typeof flowSchema>, 'steps'> = {
  boundary: 'delivery',
  tags: [],
  severity: 'error',
  after: [],
  timeout: 300_000,
  generate: {},
  finally: [],
};

/** A flow may be just the list of its steps; `stepsAt` is where in the flow they stand. */
const anyFlowSchema = z.union([
  flowSchema.transform(flow => ({ ...flow, stepsAt: ['steps'] })),
  stepsSchema.transform(steps => ({ ...flowDefaults, steps, stepsAt: [] as string[] })),
]);

const sharedSchema = z.strictObject({
  service,
  parameters: z
    .record(nameSchema, z.union([jsonSchema, z.null()]))
    .default({})
    .describe('Names that `with` gives a value, each with its default; null where it has none.'),
  once: z
    .boolean()
    .default(false)
    .describe('Whether it is done once for all flows that use it with the same values, such as a sign-in.'),
  generate,
  steps: stepsSchema,
});

const deploymentSchema = z
  .strictObject({
    send: z
      .string()
      .min(1)
      .optional()
      .describe('A header in which every request carries the id of the deployment, such as x-deployment-id.'),
    'seen-in': z
      .string()
      .min(1)
      .optional()
      .describe('A header of the answers that names what served them; if it changes, a release rolled over meanwhile.'),
  })
  .describe('Keeps the test on one deployment of each service.');

export const smokeFileSchema = z.strictObject({
  shared: z.record(nameSchema, sharedSchema).default({}).describe('Steps that several flows `use`.'),
  flows: z
    .record(nameSchema, anyFlowSchema)
    .default({})
    .describe('By name, the steps that a user of the release would take.'),
});

export const smokeSchema = smokeFileSchema.extend({
  service: nameSchema.optional().describe('The service of flows that name none. Default: the only one there is.'),
  headers: texts.default({}).describe('Headers of every request to a service.'),
  'protection-bypass': z
    .string()
    .optional()
    .describe(
      "The secret that lets requests pass Vercel's deployment protection, such as ${VERCEL_AUTOMATION_BYPASS_SECRET}. It is sent to services on Vercel only.",
    ),
  deployment: deploymentSchema.optional(),
  include: z
    .array(z.string().min(1))
    .default([])
    .describe('Files with more `flows` and `shared`, from the root of the repository.'),
});

export type Smoke = z.infer<typeof smokeSchema>;
export type Flow = z.infer<typeof anyFlowSchema>;
export type Shared = z.infer<typeof sharedSchema>;
export type { Capture } from './smoke/capture.ts';
export type { CookieExpectation } from './smoke/http.ts';
