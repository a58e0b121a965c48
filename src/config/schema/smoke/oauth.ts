import * as z from 'zod';
import { jsonSchema } from '../common.ts';
import { captures, contentCaptures } from './capture.ts';
import { anyStep, asking, location, service, texts, timeout, within } from './step.ts';

export const graphqlStepSchema = z
  .strictObject({
    graphql: location,
    ...asking,
    document: z.string().min(1).describe('The query or mutation.'),
    variables: z.record(z.string(), jsonSchema).default({}),
    operation: z.string().min(1).optional().describe('The operation, where the document has several.'),
    expect: z
      .strictObject({
        data: jsonSchema.optional().describe('What `data` must contain.'),
        errors: jsonSchema.optional().describe('What `errors` must be. Default: there must be none.'),
      })
      .default({}),
    within,
    capture: captures,
  })
  .describe('A GraphQL request, which must answer without errors.');

export const oauthStepSchema = z
  .strictObject({
    oauth: location.describe('The issuer; below it is /.well-known/openid-configuration.'),
    ...anyStep,
    service,
    client: z.string().min(1).describe('The client id.'),
    'client-secret': z.string().optional().describe('The secret of a confidential client.'),
    'redirect-uri': z.string().min(1).describe('Where the authorization code is sent; it is never asked.'),
    scopes: z.array(z.string().min(1)).default(['openid']),
    parameters: texts.default({}).describe('Further parameters of the authorization request, such as `resource`.'),
    'sign-in': texts.describe('The fields of the login form, by their names; other forms are sent as they are.'),
    claims: jsonSchema.optional().describe('What the claims of the ID token must contain.'),
    refresh: z.boolean().default(false).describe('Whether the refresh token is used once, and must work.'),
    logout: z.boolean().default(false).describe('Whether the session is ended at the end, and must be over then.'),
    capture: contentCaptures.describe('From `{ access_token, id_token, refresh_token, claims, … }`, by JSON path.'),
    within,
    timeout,
  })
  .describe('A whole sign-in by OpenID Connect: authorization code with PKCE, tokens checked against the JWKS.');

export type GraphqlStep = z.infer<typeof graphqlStepSchema>;
export type OauthStep = z.infer<typeof oauthStepSchema>;
