import * as z from 'zod';
import { durationSchema } from '../common.ts';
import { patience, rules, shareSchema } from './rules.ts';

const quantile = durationSchema.optional();

export const httpSignalSchema = z
  .strictObject({
    get: z.string().min(1).describe('A path of the service, or a whole URL, that the gate asks at its own `rate`.'),
    headers: z.record(z.string(), z.string()).default({}),
    bearer: z.string().min(1).optional().describe('A token for the Authorization header.'),
    rate: z.number().positive().max(50).default(1).describe('Requests a second.'),
    timeout: durationSchema.prefault('5s').describe('After how long a request without an answer counts as failed.'),
    errors: z
      .strictObject({ 'at-most': shareSchema.describe('The largest share of requests that may fail.') })
      .prefault({ 'at-most': '5%' })
      .describe('Answers of 500 and above, and requests without an answer.'),
    latency: z
      .strictObject({ p50: quantile, p95: quantile, p99: quantile })
      .prefault({ p95: '1s' })
      .describe('How long the answers may take.'),
    'failing-for': patience,
    ...rules,
  })
  .describe("The gate's own requests: there is always something to judge by.");

export type HttpSignal = z.infer<typeof httpSignalSchema>;
