import * as z from 'zod';
import { methods } from '../http-methods.ts';
import { nameSchema } from './common.ts';
import { deploymentProbeSchema } from './probe/deployment.ts';
import { dnsProbeSchema } from './probe/dns.ts';
import { grpcProbeSchema } from './probe/grpc.ts';
import { hasOneMethod, httpProbeSchema } from './probe/http.ts';
import { postgresProbeSchema } from './probe/postgres.ts';
import { queueProbeSchema } from './probe/queue.ts';
import { redisProbeSchema } from './probe/redis.ts';
import { rules } from './probe/rules.ts';
import { tcpProbeSchema } from './probe/tcp.ts';
import { tlsProbeSchema } from './probe/tls.ts';
import { websocketProbeSchema } from './probe/websocket.ts';

/** The kinds of probe by the key that declares them. Every other probe is an HTTP request, declared by its method. */
const keyed = {
  tcp: tcpProbeSchema,
  websocket: websocketProbeSchema,
  dns: dnsProbeSchema,
  tls: tlsProbeSchema,
  grpc: grpcProbeSchema,
  postgres: postgresProbeSchema,
  redis: redisProbeSchema,
  queue: queueProbeSchema,
  deployment: deploymentProbeSchema,
};

const keys = [...methods, ...Object.keys(keyed)].join(', ');

const simpleProbeSchema = z.union([
  httpProbeSchema.refine(hasOneMethod, { error: `a probe with exactly one of ${keys} or any-of` }),
  ...Object.values(keyed),
]);

const groupProbeSchema = z
  .strictObject({
    'any-of': z.array(simpleProbeSchema).min(2).describe('Probes that run at the same time.'),
    quorum: z.int().min(1).default(1).describe('How many of them must be ready.'),
    severity: rules.severity,
    boundary: rules.boundary,
  })
  .refine(group => group.quorum <= group['any-of'].length, { error: 'a quorum that the probes can reach' })
  .describe('Several probes, of which `quorum` must be ready.');

const probeTargetSchema = z.union([...simpleProbeSchema.options, groupProbeSchema]);

export const probesSchema = z
  .record(nameSchema, z.record(nameSchema, probeTargetSchema))
  .describe('By service, what it must answer before the release continues.');

export type SimpleProbe = z.infer<typeof simpleProbeSchema>;
export type GroupProbe = z.infer<typeof groupProbeSchema>;
export type ProbeTarget = z.infer<typeof probeTargetSchema>;
