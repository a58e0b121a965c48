import * as z from 'zod';
import { variableNameSchema } from './common.ts';
import { variableSchema } from './variables/types.ts';

const servicesForm = 'a service, or several separated by commas, such as `api` or `api, worker`';

export const variablesSchema = z
  .record(
    z.string().regex(/^[A-Za-z][\w.-]*(?:\s*,\s*[A-Za-z][\w.-]*)*$/, servicesForm),
    z.record(variableNameSchema, variableSchema),
  )
  .describe(
    'The environment contract: for each service, its variables with their types and rules. `api, worker` stands for both.',
  );

export type Variable = z.infer<typeof variableSchema>;
export type VariableType = NonNullable<Variable['type']>;
export type VariableOf<Type extends VariableType> = Extract<Variable, { type?: Type | undefined }>;
