import * as z from 'zod';
import { durationSchema } from '../common.ts';
import { isOneMeasure, measures, oneMeasure, optionalPatience, rules } from './rules.ts';

export const metricsSignalSchema = z
  .strictObject({
    metrics: z.string().min(1).describe('The path or URL of the metrics in the text format of Prometheus.'),
    headers: z.record(z.string(), z.string()).default({}),
    bearer: z.string().min(1).optional().describe('A token for the Authorization header.'),
    interval: durationSchema.prefault('10s').describe('How often the gate reads them.'),
    ...measures,
    'failing-for': optionalPatience,
    ...rules,
  })
  .refine(isOneMeasure, { error: oneMeasure })
  .describe('The metrics of the service itself, read over and over.');

export const prometheusSignalSchema = z
  .strictObject({
    prometheus: z.string().min(1).describe('The address of the HTTP API, without `/api/v1`.'),
    headers: z.record(z.string(), z.string()).default({}),
    bearer: z.string().min(1).optional().describe('A token for the Authorization header.'),
    interval: durationSchema.prefault('30s').describe('How often the gate asks, and the width of one look.'),
    'times-before': z
      .number()
      .gt(1)
      .optional()
      .describe('How many times the share of before the release is too much. Default: 2 with `compare: true`.'),
    compare: z.boolean().default(false).describe('Whether the share is compared with the time before the release.'),
    ...measures,
    'failing-for': optionalPatience,
    ...rules,
  })
  .refine(isOneMeasure, { error: oneMeasure })
  .refine(({ compare, value }) => !compare || value === undefined, {
    error: '`compare` for `events` or `histogram`',
  })
  .refine(signal => signal['times-before'] === undefined || signal.compare, {
    error: '`times-before` together with `compare: true`',
  })
  .describe('A store that speaks the HTTP API of Prometheus, and knows the time before the release too.');

export type MetricsSignal = z.infer<typeof metricsSignalSchema>;
export type PrometheusSignal = z.infer<typeof prometheusSignalSchema>;
