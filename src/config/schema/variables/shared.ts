import * as z from 'zod';
import { boundarySchema, nameSchema, variableNameSchema } from '../common.ts';

const scalarSchema = z.union([z.string(), z.number(), z.boolean()]);
const namesSchema = z.union([variableNameSchema, z.array(variableNameSchema).min(1)]);

/** What every variable may declare, whatever its type. */
export const shared = {
  required: z.boolean().default(true).describe('Whether the release may go on without it.'),
  'required-if': z
    .union([variableNameSchema, z.record(variableNameSchema, scalarSchema)])
    .optional()
    .describe(
      'Only required where another variable is set, or has a value: `SMTP_HOST`, or `{ MAIL: smtp }`. Optional otherwise.',
    ),
  'alternative-to': namesSchema
    .optional()
    .describe('Variables of the same service of which any one makes this one optional: one of them must be set.'),
  default: scalarSchema.optional().describe('What the service uses when the variable is not set; makes it optional.'),
  equals: scalarSchema.optional().describe('The one value it must have.'),
  'differs-from': namesSchema.optional().describe('Variables of the same service that must not have the same value.'),
  'same-host-as': z
    .string()
    .min(1)
    .optional()
    .describe('A variable of the same service, or an address: both must name the same host.'),
  'same-domain-as': z
    .string()
    .min(1)
    .optional()
    .describe(
      'A variable of the same service, or an address: both must be in one domain, as a cookie domain and its site.',
    ),
  phase: z
    .enum(['build', 'runtime'])
    .optional()
    .describe('When the service needs it. Default: both. The input `phase` picks one.'),
  'never-in': z
    .union([nameSchema, z.array(nameSchema).min(1)])
    .optional()
    .describe('Services that must not have this variable; `others` for all but the ones that declare it.'),
  'presence-only': z
    .boolean()
    .default(false)
    .describe('That it is set is enough: for values that no one may read and this step is not given.'),
  boundary: boundarySchema.optional(),
};
