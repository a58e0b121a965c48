import * as z from 'zod';
import { nameSchema } from './common.ts';
import { deploymentProbeSchema, postgresProbeSchema, queueProbeSchema, redisProbeSchema } from './probe/behind.ts';
import { httpProbeSchema } from './probe/http.ts';
import {
  dnsProbeSchema,
  grpcProbeSchema,
  tcpProbeSchema,
  tlsProbeSchema,
  websocketProbeSchema,
} from './probe/network.ts';
import { rules } from './probe/rules.ts';

const simpleProbeSchema = z.union([
  httpProbeSchema,
  tcpProbeSchema,
  websocketProbeSchema,
  dnsProbeSchema,
  tlsProbeSchema,
  grpcProbeSchema,
  postgresProbeSchema,
  redisProbeSchema,
  queueProbeSchema,
  deploymentProbeSchema,
]);

const groupProbeSchema = z
  .strictObject({
    'any-of': z.array(simpleProbeSchema).min(2).describe('Probes that run side by side.'),
    quorum: z.int().min(1).default(1).describe('How many of them must be ready.'),
    severity: rules.severity,
    boundary: rules.boundary,
  })
  .refine(group => group.quorum <= group['any-of'].length, { error: 'a quorum that the probes can reach' })
  .describe('Several probes of which not all have to be ready.');

const probeTargetSchema = z.union([...simpleProbeSchema.options, groupProbeSchema]);

export const probesSchema = z
  .record(nameSchema, z.record(nameSchema, probeTargetSchema))
  .describe('By service, what it must answer before the release goes on.');

export type SimpleProbe = z.infer<typeof simpleProbeSchema>;
export type GroupProbe = z.infer<typeof groupProbeSchema>;
export type ProbeTarget = z.infer<typeof probeTargetSchema>;
