import * as z from 'zod';
import { boundarySchema, durationSchema, jsonSchema, nameSchema } from './common.ts';
import { headers } from './smoke/step.ts';
import { stepSchema } from './smoke/steps.ts';

const stepsSchema = z.array(stepSchema).min(1);

/** The generators of values that are new in each run. */
export const generators = ['uuid', 'email', 'string', 'now', 'unix-time', 'pkce'] as const;
const generatorSchema = z.enum(generators);
export type Generator = z.infer<typeof generatorSchema>;

const generate = z
  .record(nameSchema, generatorSchema)
  .default({})
  .describe(
    'Values to generate for each run, used as ${name}: uuid, email, string, now, unix-time, or pkce (${name.verifier}, ${name.challenge}).',
  );
const service = nameSchema.optional().describe('The service whose URL the paths of its steps start from.');
const cleaning = z
  .array(stepSchema)
  .default([])
  .describe(
    'Steps that delete what the flow created. They run at the end of every flow that has begun, even after a failure or a cancellation.',
  );

const flowSchema = z.strictObject({
  service,
  boundary: boundarySchema.default('delivery'),
  tags: z.array(nameSchema).default([]).describe('Tags to select flows with the input `tags`.'),
  severity: z
    .enum(['error', 'warning'])
    .default('error')
    .describe(
      'Whether a failed flow fails the gate or is a warning. A flow with the tag `critical` always fails the gate.',
    ),
  after: z.array(nameSchema).default([]).describe('Flows that must pass before this one starts.'),
  timeout: durationSchema.prefault('5m').describe('When the gate gives up on the whole flow.'),
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

/** A flow may be just a list of steps. `stepsAt` is the path of the steps within the flow. */
const anyFlowSchema = z.union([
  flowSchema.transform(flow => ({ ...flow, stepsAt: ['steps'] })),
  stepsSchema.transform(steps => ({ ...flowDefaults, steps, stepsAt: [] as string[] })),
]);

const sharedSchema = z.strictObject({
  service,
  parameters: z
    .record(nameSchema, z.union([jsonSchema, z.null()]))
    .default({})
    .describe('Names that `with` gives a value, each with its default, or null without a default.'),
  once: z
    .boolean()
    .default(false)
    .describe('Runs the steps once for all flows that use them with the same values, such as a sign-in.'),
  generate,
  steps: stepsSchema,
});

const deploymentSchema = z
  .strictObject({
    send: z
      .string()
      .min(1)
      .optional()
      .describe('A header for every request with the id of the deployment, such as x-deployment-id.'),
    'seen-in': z
      .string()
      .min(1)
      .optional()
      .describe(
        'A header of the answers that names the deployment. If it changes, another deployment took over during the test.',
      ),
  })
  .describe('Checks that the test runs against one deployment of each service.');

export const smokeFileSchema = z.strictObject({
  shared: z.record(nameSchema, sharedSchema).default({}).describe('Steps that several flows `use`.'),
  flows: z
    .record(nameSchema, anyFlowSchema)
    .default({})
    .describe('Flows by name. Each is a list of steps that a user of the release takes.'),
});

export const smokeSchema = smokeFileSchema.extend({
  service: nameSchema.optional().describe('The default service of flows. Default: the only service.'),
  headers: headers.default({}).describe('Headers for every request to a service.'),
  'protection-bypass': z
    .string()
    .optional()
    .describe(
      "The secret that lets requests pass Vercel's deployment protection, such as ${VERCEL_AUTOMATION_BYPASS_SECRET}. The gate sends it to services on Vercel only.",
    ),
  deployment: deploymentSchema.optional(),
  include: z
    .array(z.string().min(1))
    .default([])
    .describe('Files with more `flows` and `shared`, relative to the root of the repository.'),
});

export type Smoke = z.infer<typeof smokeSchema>;
export type Flow = z.infer<typeof anyFlowSchema>;
export type Shared = z.infer<typeof sharedSchema>;
export type { CookieExpectation } from './smoke/answer.ts';
export type { Capture } from './smoke/capture.ts';
