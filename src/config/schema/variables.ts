import * as z from 'zod';
import { variableNameSchema } from './common.ts';
import * as types from './variables/types.ts';

export const variableSchema = z.discriminatedUnion('type', [
  types.stringSchema,
  types.numberSchema,
  types.booleanSchema,
  types.portSchema,
  types.urlSchema,
  types.originsSchema,
  types.emailSchema,
  types.durationSchema,
  types.jsonSchema,
  types.base64Schema,
  types.cronSchema,
  types.pemSchema,
  types.secretSchema,
  types.jwtSchema,
  types.postgresUrlSchema,
  types.redisUrlSchema,
  types.supabaseUrlSchema,
  types.supabaseKeySchema,
  types.upstashRestUrlSchema,
]);

const servicesForm = 'a service, or several separated by commas, such as `api` or `api, worker`';

export const variablesSchema = z
  .record(
    z.string().regex(/^[A-Za-z][\w.-]*(?:\s*,\s*[A-Za-z][\w.-]*)*$/, servicesForm),
    z.record(variableNameSchema, variableSchema),
  )
  .describe(
    'The environment contract: by service, each variable with its type and rules. `api, worker` stands for both services.',
  );

export type Variable = z.infer<typeof variableSchema>;
export type VariableOf<Type extends Variable['type']> = Extract<Variable, { type: Type }>;
export type StringVariable = z.infer<typeof types.stringSchema>;
