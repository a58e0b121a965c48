import * as z from 'zod';
import { jsonSchema, variableNameSchema } from '../../common.ts';
import { expectedSchema } from '../../matchers.ts';
import { contentCaptures } from '../capture.ts';
import { anyStep, type StepForm, timeout, within } from '../step.ts';

export const form = {
  kind: 'sql',
  title: 'SQL',
  variables: ['database'],
  code: {
    noun: 'statement',
    help: (name: string) => `Pass it as a value: \`values: ["\${${name}}"]\`, and write $1 in the statement.`,
  },
} as const satisfies StepForm;

export const schema = z
  .strictObject({
    sql: z.string().min(1).describe('One statement. It uses `values` as $1, $2, …'),
    ...anyStep,
    database: variableNameSchema.describe("The variable of the step's environment with the URL of the database."),
    values: z.array(jsonSchema).default([]).describe('The values of $1, $2, …'),
    writes: z
      .boolean()
      .default(false)
      .describe('Allows the statement to change data. Otherwise it must be one SELECT without side effects.'),
    expect: expectedSchema
      .optional()
      .describe('What the rows must be, as a list; or what the only row must contain, as a mapping.'),
    count: z.int().min(0).optional().describe('How many rows the statement must return.'),
    capture: contentCaptures,
    within,
    timeout,
  })
  .describe('A query to a PostgreSQL database behind the API.');

export type SqlStep = z.infer<typeof schema>;
