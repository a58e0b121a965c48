import * as z from 'zod';
import { nameSchema } from './common.ts';
import { type Method, methods } from './http.ts';
import { deploymentProbeSchema, postgresProbeSchema, queueProbeSchema, redisProbeSchema } from './probe/behind.ts';
import { type HttpProbe, httpProbeSchema } from './probe/http.ts';
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

export const probeTargetSchema = z.union([...simpleProbeSchema.options, groupProbeSchema]);

export const probesSchema = z
  .record(nameSchema, z.record(nameSchema, probeTargetSchema))
  .describe('By service, what it must answer before the release goes on.');

export type SimpleProbe = z.infer<typeof simpleProbeSchema>;
export type GroupProbe = z.infer<typeof groupProbeSchema>;
export type ProbeTarget = z.infer<typeof probeTargetSchema>;

/** The path or URL that a probe over HTTP or WebSocket asks; undefined for others. */
export function locationOf(probe: SimpleProbe): string | undefined {
  if ('websocket' in probe) return probe.websocket;
  const method = methodOf(probe);
  return method && (probe as HttpProbe)[method];
}

/** The method of a probe over HTTP; undefined for others. */
export function methodOf(probe: SimpleProbe): Method | undefined {
  return methods.find(method => method in probe && (probe as HttpProbe)[method] !== undefined);
}

/** Whether it is asked of the service that it is declared for, which then has to be declared itself. */
export function needsService(probe: ProbeTarget): boolean {
  if ('any-of' in probe) return probe['any-of'].some(needsService);
  if ('deployment' in probe) return true;
  const location = locationOf(probe);
  return location !== undefined && !URL.canParse(location);
}
