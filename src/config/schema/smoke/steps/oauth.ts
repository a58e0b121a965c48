import * as z from 'zod';
import { expectedSchema } from '../../matchers.ts';
import { contentCaptures } from '../capture.ts';
import { anyStep, location, origins, type StepForm, service, texts, timeout, web, within } from '../step.ts';

export const form = { kind: 'oauth', schemes: web } as const satisfies StepForm;

export const schema = z
  .strictObject({
    oauth: location.describe('The issuer, which serves /.well-known/openid-configuration.'),
    ...anyStep,
    service,
    client: z.string().min(1).describe('The client id.'),
    'client-secret': z.string().optional().describe('The secret of a confidential client.'),
    'redirect-uri': z
      .string()
      .min(1)
      .describe('Where the provider sends the authorization code. The gate never requests it.'),
    origins,
    scopes: z.array(z.string().min(1)).default(['openid']),
    parameters: texts.default({}).describe('More parameters of the authorization request, such as `resource`.'),
    'sign-in': texts.describe('The fields of the login form by name. Other forms are submitted unchanged.'),
    press: z
      .string()
      .min(1)
      .optional()
      .describe('The button of a consent form with several, by its name, value or text. Default: the first.'),
    claims: expectedSchema.optional().describe('What the claims of the ID token must contain.'),
    refresh: z.boolean().default(false).describe('Uses the refresh token once, which must succeed.'),
    logout: z.boolean().default(false).describe('Signs out last, and verifies that the session has ended.'),
    capture: contentCaptures.describe(
      'Values of `{ access_token, id_token, refresh_token, claims, … }`, by JSON path.',
    ),
    within,
    timeout,
  })
  .describe('A full OpenID Connect sign-in: authorization code with PKCE, and tokens verified against the JWKS.');

export type OauthStep = z.infer<typeof schema>;
