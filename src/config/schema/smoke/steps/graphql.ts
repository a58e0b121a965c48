import * as z from 'zod';
import { jsonSchema } from '../../common.ts';
import { expectedSchema } from '../../matchers.ts';
import { captures } from '../capture.ts';
import { asking, location, type StepForm, web, within } from '../step.ts';

export const form = {
  kind: 'graphql',
  title: 'GraphQL',
  schemes: web,
  code: {
    key: 'document',
    noun: 'document',
    help: (name: string) => `Declare a variable in the document, and pass it: \`variables: { value: "\${${name}}" }\`.`,
  },
} as const satisfies StepForm;

export const schema = z
  .strictObject({
    graphql: location,
    ...asking,
    document: z.string().min(1).describe('The query or mutation.'),
    variables: z.record(z.string(), jsonSchema).default({}),
    operation: z.string().min(1).optional().describe('The operation to run, if the document has several.'),
    expect: z
      .strictObject({
        data: expectedSchema.optional().describe('What `data` must contain.'),
        errors: expectedSchema.optional().describe('What `errors` must be. Default: no errors.'),
      })
      .default({}),
    within,
    capture: captures,
  })
  .describe('A GraphQL request, which must be answered without errors.');

export type GraphqlStep = z.infer<typeof schema>;
