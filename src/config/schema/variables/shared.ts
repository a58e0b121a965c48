import * as z from 'zod';
import { boundarySchema, nameSchema, variableNameSchema } from '../common.ts';

const scalarSchema = z.union([z.string(), z.number(), z.boolean()]);
const namesSchema = z.union([variableNameSchema, z.array(variableNameSchema).min(1)]);

/** What every variable may declare, whatever its type. */
export const shared = {
  required: z.boolean().default(true).describe('Whether the service needs it. With `false`, a missing value passes.'),
  'required-if': z
    .union([variableNameSchema, z.record(variableNameSchema, scalarSchema)])
    .optional()
    .describe(
      'Requires it only if another variable is set (`SMTP_HOST`) or has a value (`{ MAIL: smtp }`). Otherwise it is optional.',
    ),
  'alternative-to': namesSchema
    .optional()
    .describe('Variables of the same service that can replace this one: at least one of them all must be set.'),
  default: scalarSchema
    .optional()
    .describe('The value that the service uses when the variable is not set. Makes the variable optional.'),
  equals: scalarSchema.optional().describe('The one value it must have.'),
  'differs-from': namesSchema.optional().describe('Variables of the same service that must have a different value.'),
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
      'A variable of the same service, or an address: both must be in one domain, like a cookie domain and its site.',
    ),
  phase: z
    .enum(['build', 'runtime'])
    .optional()
    .describe('When the service needs it. Default: both. The input `phase` selects one.'),
  'never-in': z
    .union([nameSchema, z.array(nameSchema).min(1)])
    .optional()
    .describe('Services that must not have this variable; `others` stands for every service that does not declare it.'),
  'presence-only': z
    .boolean()
    .default(false)
    .describe(
      'Whether it is enough that the variable is set: for values that cannot be read and that this step does not get.',
    ),
  boundary: boundarySchema.optional(),
};

/** For types whose values are not always secrets. */
export const publishable = {
  public: z
    .literal(true)
    .optional()
    .describe(
      'Browsers may have it, such as a VAPID public key or a logo. A value with the form of a secret is still reported.',
    ),
};
