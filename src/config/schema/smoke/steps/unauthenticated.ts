import * as z from 'zod';
import { jsonSchema } from '../../common.ts';
import { asking, location, type StepForm, web } from '../step.ts';

export const form = { kind: 'unauthenticated', schemes: web } as const satisfies StepForm;

/** A token for every call would make each of them authenticated. */
const { bearer: _, ...asked } = asking;

const guarded = z.union([
  location,
  z.strictObject({ get: location }),
  z.strictObject({ head: location }),
  z.strictObject({ post: location, json: jsonSchema.optional() }),
  z.strictObject({ put: location, json: jsonSchema.optional() }),
  z.strictObject({ patch: location, json: jsonSchema.optional() }),
  z.strictObject({ delete: location }),
]);

export const schema = z
  .strictObject({
    unauthenticated: z.array(guarded).min(1).describe('Paths that nobody may call without a valid token.'),
    ...asked,
    token: z
      .string()
      .optional()
      .describe(
        'A valid JSON Web Token, such as a captured one. The service must accept it; bad tokens are made from it.',
      ),
    expired: z.string().optional().describe('A token that was valid and has expired.'),
    'signing-secret': z.string().optional().describe('The secret that signs tokens (HMAC), to make an expired token.'),
    status: z.array(z.int().min(400).max(499)).min(1).default([401]).describe('The statuses that count as a refusal.'),
  })
  .refine(step => step['signing-secret'] === undefined || step.token !== undefined, {
    error: '`token` next to `signing-secret`, to verify that the secret is right',
  })
  .refine(step => !Object.keys(step.headers).some(name => /^(authorization|cookie)$/i.test(name)), {
    error: '`token` instead of a header with credentials, which every call would send',
  })
  .describe('The service must refuse calls without a token, or with a made-up, altered, expired or unsigned token.');

export type UnauthenticatedStep = z.infer<typeof schema>;
