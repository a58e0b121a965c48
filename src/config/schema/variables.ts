import * as z from 'zod';
import { boundarySchema, variableNameSchema } from './common.ts';

const count = z.int().min(0);

/** What every variable may declare, whatever its type. */
const shared = {
  required: z.boolean().default(true).describe('Whether the release may go on without it.'),
  default: z
    .union([z.string(), z.number(), z.boolean()])
    .optional()
    .describe('What the service uses when the variable is not set; makes it optional.'),
  equals: z.union([z.string(), z.number(), z.boolean()]).optional().describe('The one value it must have.'),
  'differs-from': variableNameSchema
    .optional()
    .describe('A variable of the same service that must not have the same value.'),
  boundary: boundarySchema.optional(),
};

function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

const stringSchema = z.strictObject({
  type: z.literal('string').optional(),
  'one-of': z.array(z.string()).min(1).optional().describe('The values it may have.'),
  'min-length': count.optional(),
  'max-length': count.optional(),
  pattern: z
    .string()
    .refine(isRegularExpression, { error: 'a regular expression' })
    .optional()
    .describe('A regular expression that the whole value matches.'),
  ...shared,
});

const numberSchema = z.strictObject({
  type: z.literal('number'),
  min: z.number().optional(),
  max: z.number().optional(),
  ...shared,
});
const booleanSchema = z.strictObject({ type: z.literal('boolean'), ...shared });
const portSchema = z.strictObject({ type: z.literal('port'), ...shared });

const urlSchema = z.strictObject({
  type: z.literal('url'),
  scheme: z.string().optional().describe('The scheme it must have, such as https or wss.'),
  ...shared,
});

const originsSchema = z.strictObject({
  type: z.literal('origins'),
  includes: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe('Origins that must be in the list.'),
  ...shared,
});

const secretSchema = z.strictObject({
  type: z.literal('secret'),
  'min-length': count.default(16),
  ...shared,
});

const postgresUrlSchema = z.strictObject({
  type: z.literal('postgres-url'),
  pooler: z
    .enum(['transaction', 'session', 'none'])
    .optional()
    .describe('Whether it leads to a pooler and in which mode, told by host and port.'),
  ...shared,
});

const redisUrlSchema = z.strictObject({
  type: z.literal('redis-url'),
  tls: z.boolean().optional().describe('Whether it must use TLS (rediss://).'),
  ...shared,
});

export const variableSchema = z.discriminatedUnion('type', [
  stringSchema,
  numberSchema,
  booleanSchema,
  portSchema,
  urlSchema,
  originsSchema,
  secretSchema,
  postgresUrlSchema,
  redisUrlSchema,
]);

export const variablesSchema = z
  .record(z.string(), z.record(variableNameSchema, variableSchema))
  .describe('The environment contract: by service, each variable with its type and rules.');

export type Variable = z.infer<typeof variableSchema>;
export type VariableOf<Type extends Variable['type']> = Extract<Variable, { type: Type }>;
export type StringVariable = z.infer<typeof stringSchema>;
