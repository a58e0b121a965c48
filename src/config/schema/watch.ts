import * as z from 'zod';
import { nameSchema } from './common.ts';
import { httpSignalSchema } from './watch/http.ts';
import { metricsSignalSchema, prometheusSignalSchema } from './watch/metrics.ts';
import { probeSignalSchema } from './watch/probe.ts';
import { queueSignalSchema, sentrySignalSchema, sqlSignalSchema } from './watch/stores.ts';

const signalSchema = z.union([
  httpSignalSchema,
  metricsSignalSchema,
  prometheusSignalSchema,
  probeSignalSchema,
  sqlSignalSchema,
  queueSignalSchema,
  sentrySignalSchema,
]);

export const watchSchema = z
  .record(nameSchema, z.record(nameSchema, signalSchema))
  .describe('By service, what the gate `watch` observes after the release.');

export type DeclaredSignal = z.infer<typeof signalSchema>;
