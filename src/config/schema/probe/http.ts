import * as z from 'zod';
import { parseJsonPath } from '../../../core/json-path.ts';
import { methods } from '../../http-methods.ts';
import { durationSchema, jsonSchema } from '../common.ts';
import { expectationSchema } from '../http.ts';
import { matchingSchema } from '../matchers.ts';
import { cannotBePassed, canPass, rules } from './rules.ts';

const location = z
  .string()
  .min(1)
  .optional()
  .describe("A whole URL, or a path, which starts at the root of the service's host whatever path its `url` has.");

const jsonPathForm = "a JSON path to one value, such as $.uptime or $['started-at']";
const jsonPath = z.string({ error: jsonPathForm }).refine(text => parseJsonPath(text) !== undefined, jsonPathForm);

const percentile = durationSchema.optional();

const dependenciesSchema = z
  .strictObject({
    at: jsonPath.default('$').describe('Where in the body the map of dependencies is.'),
    state: z.string().min(1).optional().describe('The key of the state, where a dependency is a mapping itself.'),
    healthy: z
      .array(jsonSchema)
      .min(1)
      .default(['ok', 'up', 'healthy', 'connected', true])
      .describe('What a healthy dependency says.'),
    required: z.array(z.string().min(1)).default([]).describe('Dependencies without which the release fails.'),
    optional: z.array(z.string().min(1)).default([]).describe('Dependencies whose outage is only warned of.'),
  })
  .refine(({ required, optional }) => required.length + optional.length > 0, {
    error: 'at least one dependency under `required` or `optional`',
  })
  .describe('The dependencies that the service reports on, and how much each one matters.');

export const httpProbeSchema = z
  .strictObject({
    get: location,
    head: location,
    post: location,
    put: location,
    patch: location,
    delete: location,
    options: location,
    headers: z.record(z.string(), z.string()).default({}),
    bearer: z.string().min(1).optional().describe('A token for the Authorization header.'),
    json: jsonSchema.optional().describe('A JSON body to send.'),
    body: z.string().optional().describe('A body to send as it is.'),
    'client-certificate': z
      .strictObject({
        certificate: z.string().min(1).describe('In PEM, such as ${CLIENT_CERTIFICATE}.'),
        key: z.string().min(1).describe('In PEM, such as ${CLIENT_KEY}.'),
        authority: z.string().min(1).optional().describe('Whom to trust beside the well-known authorities, in PEM.'),
      })
      .optional()
      .describe('What to show a server that asks for a certificate.'),
    redirects: z
      .int()
      .min(0)
      .max(20)
      .default(0)
      .describe('How many redirects are followed, within HTTPS only. Credentials and the body go to no other origin.'),
    http2: z.boolean().default(false).describe('Whether HTTP/2 is spoken where the server offers it.'),
    ip: z
      .enum(['any', '4', '6', 'both'])
      .default('any')
      .describe('Over which addresses: what connects first, only IPv4 or IPv6, or each of both.'),
    'past-caches': z
      .boolean()
      .default(true)
      .describe('Whether a wrong answer that comes from a cache is asked for again past it, with a warning.'),
    expect: expectationSchema.default({}),
    dependencies: dependenciesSchema.optional(),
    metrics: z
      .record(z.string().min(1), matchingSchema)
      .optional()
      .describe(
        'Metrics that the body, as Prometheus text, must have: by name, or name{label="value"}, each in its range.',
      ),
    scripts: z
      .strictObject({ 'at-least': z.int().min(1).describe('Bytes of each script, once decompressed.') })
      .optional()
      .describe('Scripts of the same site that the page refers to: all must be there, as JavaScript and so large.'),
    uptime: jsonPath
      .optional()
      .describe('Where the body tells for how many seconds the instance runs; a restart starts the count anew.'),
    instance: jsonPath
      .optional()
      .describe('Where the body tells which instance answers; one that was not there before starts the count anew.'),
    within: durationSchema.optional().describe('How long one answer may take.'),
    percentiles: z
      .strictObject({ p50: percentile, p90: percentile, p95: percentile, p99: percentile })
      .optional()
      .describe('How long the answers may take, over all good ones of the last unbroken run.'),
    ...rules,
  })
  .refine(probe => probe.json === undefined || probe.body === undefined, {
    error: 'a probe that sends either `json` or `body`',
  })
  .refine(canPass, cannotBePassed)
  .describe('An HTTP request and what it must answer.');

export type HttpProbe = z.infer<typeof httpProbeSchema>;

export function hasOneMethod(probe: HttpProbe): boolean {
  return methods.filter(method => probe[method] !== undefined).length === 1;
}
