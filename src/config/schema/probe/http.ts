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
  .describe(
    "A full URL, or a path. The gate resolves a path against the host of the service's `url` and ignores the path of that URL.",
  );

const jsonPathForm = "a JSON path to one value, such as $.uptime or $['started-at']";
const jsonPath = z.string({ error: jsonPathForm }).refine(text => parseJsonPath(text) !== undefined, jsonPathForm);

const percentile = durationSchema.optional();

const dependenciesSchema = z
  .strictObject({
    at: jsonPath.default('$').describe('The JSON path of the map of dependencies in the body.'),
    state: z.string().min(1).optional().describe('The key of the state, if each dependency is a mapping.'),
    healthy: z
      .array(jsonSchema)
      .min(1)
      .default(['ok', 'up', 'healthy', 'connected', true])
      .describe('The states of a healthy dependency.'),
    required: z
      .array(z.string().min(1))
      .default([])
      .describe('Dependencies that fail the release when they are unhealthy.'),
    optional: z
      .array(z.string().min(1))
      .default([])
      .describe('Dependencies that cause only a warning when they are unhealthy.'),
  })
  .refine(({ required, optional }) => required.length + optional.length > 0, {
    error: 'at least one dependency under `required` or `optional`',
  })
  .describe('The dependencies that the service reports, and which of them must be healthy.');

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
    body: z.string().optional().describe('A body to send unchanged.'),
    'client-certificate': z
      .strictObject({
        certificate: z.string().min(1).describe('In PEM, such as ${CLIENT_CERTIFICATE}.'),
        key: z.string().min(1).describe('In PEM, such as ${CLIENT_KEY}.'),
        authority: z
          .string()
          .min(1)
          .optional()
          .describe('An authority to trust in addition to the public ones, in PEM.'),
      })
      .optional()
      .describe('The certificate to send to a server that requires one.'),
    redirects: z
      .int()
      .min(0)
      .max(20)
      .default(0)
      .describe(
        'How many redirects to follow; never from HTTPS to HTTP. Credentials and the body go only to the first origin.',
      ),
    http2: z
      .union([z.boolean(), z.literal('only')])
      .default(false)
      .describe('Whether to use HTTP/2 if the server offers it; `only`: nothing else, without TLS too (h2c).'),
    ip: z
      .union([z.enum(['any', '4', '6', 'both']), z.literal([4, 6]).transform(family => (family === 4 ? '4' : '6'))])
      .default('any')
      .describe(
        'Which addresses to use: `any` (the first that connects), only IPv4 (`4`) or IPv6 (`6`), or `both` in turn.',
      ),
    'past-caches': z
      .boolean()
      .default(true)
      .describe(
        'Whether to ask again past the cache when a wrong answer comes from one. If only the cache is wrong, the gate warns.',
      ),
    expect: expectationSchema.default({}),
    dependencies: dependenciesSchema.optional(),
    metrics: z
      .record(z.string().min(1), matchingSchema)
      .optional()
      .describe(
        'Metrics that the body (Prometheus text) must contain: by name or name{label="value"}, each with its range.',
      ),
    scripts: z
      .strictObject({
        'at-least': z.int().min(1).describe('How many bytes the largest script must have, uncompressed.'),
      })
      .optional()
      .describe(
        'Scripts of the same site that the page refers to: all must exist as JavaScript, and the largest must have this size.',
      ),
    uptime: jsonPath
      .optional()
      .describe(
        'The JSON path of the seconds that the instance has been running; a restart of the instance restarts the count.',
      ),
    instance: jsonPath
      .optional()
      .describe('The JSON path of the name of the instance that answers; a new instance restarts the count.'),
    within: durationSchema.optional().describe('How long a good answer may take.'),
    percentiles: z
      .strictObject({ p50: percentile, p90: percentile, p95: percentile, p99: percentile })
      .optional()
      .describe('How long the answers may take: percentiles over the good answers of the last run.'),
    ...rules,
  })
  .refine(probe => probe.json === undefined || probe.body === undefined, {
    error: 'a probe that sends either `json` or `body`',
  })
  .refine(canPass, cannotBePassed)
  .describe('An HTTP request and the answer that it must get.');

export type HttpProbe = z.infer<typeof httpProbeSchema>;

export function hasOneMethod(probe: HttpProbe): boolean {
  return methods.filter(method => probe[method] !== undefined).length === 1;
}
