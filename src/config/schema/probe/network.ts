import * as z from 'zod';
import { durationSchema, jsonSchema } from '../common.ts';
import { expectedSchema } from '../matchers.ts';
import { cannotBePassed, canPass, rules } from './rules.ts';

const within = durationSchema.optional().describe('How long one attempt may take.');
const hostAndPort = z
  .string()
  .regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:/]+):\d{1,5}$/, 'a host and its port, such as db.example.com:5432 or [::1]:5432');

export const tcpProbeSchema = z
  .strictObject({
    tcp: hostAndPort.describe('A host and its port.'),
    send: z.string().optional().describe('Text to send once connected.'),
    expect: z.string().min(1).optional().describe('Text that must arrive.'),
    within,
    ...rules,
  })
  .refine(canPass, cannotBePassed)
  .describe('A TCP connection.');

export const websocketProbeSchema = z
  .strictObject({
    websocket: z.string().min(1).describe('A path of the service, or a whole URL.'),
    headers: z.record(z.string(), z.string()).default({}),
    bearer: z.string().min(1).optional().describe('A token for the Authorization header.'),
    send: jsonSchema.optional().describe('A message to send: text as it is, everything else as JSON.'),
    expect: expectedSchema.optional().describe('What one message that arrives must contain.'),
    within,
    ...rules,
  })
  .refine(canPass, cannotBePassed)
  .describe('A WebSocket that must open, and may have to answer.');

const recordTypes = ['A', 'AAAA', 'CNAME', 'CAA', 'MX', 'NS', 'TXT'] as const;

export const dnsProbeSchema = z
  .strictObject({
    dns: z.string().min(1).describe('A host.'),
    type: z.enum(recordTypes).default('A'),
    expect: z.array(z.string().min(1)).default([]).describe('Values that must be among the records. Default: any.'),
    resolvers: z
      .array(z.string().min(1))
      .default([])
      .describe('Name servers that must all answer so, by address. Default: those of the runner.'),
    within: durationSchema.prefault('1s').describe('How long an answer of a name server may take.'),
    ...rules,
  })
  .refine(canPass, cannotBePassed)
  .describe('A DNS record.');

export const tlsProbeSchema = z
  .strictObject({
    tls: z
      .string()
      .regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:/]+)(:\d{1,5})?$/, 'a host, with its port unless that is 443')
      .describe('A host, with its port unless that is 443.'),
    name: z.string().min(1).optional().describe('The name that the certificate must be for. Default: the host.'),
    'valid-for': durationDays()
      .prefault('14d')
      .describe('How many days the certificate must still be valid, such as 30d.'),
    'at-least': z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2').describe('The oldest version that may be spoken.'),
    within,
    ...rules,
  })
  .refine(canPass, cannotBePassed)
  .describe('A TLS connection and its certificate.');

export const grpcProbeSchema = z
  .strictObject({
    grpc: z
      .string()
      .regex(/^https?:\/\/[^/\s]+$/, 'an address such as https://api.example.com:443, or http:// without TLS')
      .describe('The address, with https:// or http://.'),
    service: z.string().default('').describe('The service that is asked for. Default: the server as a whole.'),
    within,
    ...rules,
  })
  .refine(canPass, cannotBePassed)
  .describe('The health of a gRPC server (grpc.health.v1).');

/** A number of days as it is written, such as `30d`; longer than a timer could wait. */
export function durationDays() {
  const form = 'a number of days, such as 30d';
  return z
    .string({ error: form })
    .regex(/^\d{1,4}d$/, { error: form, abort: true })
    .transform(text => Number(text.slice(0, -1)));
}

export type TcpProbe = z.infer<typeof tcpProbeSchema>;
export type WebsocketProbe = z.infer<typeof websocketProbeSchema>;
export type DnsProbe = z.infer<typeof dnsProbeSchema>;
export type TlsProbe = z.infer<typeof tlsProbeSchema>;
export type GrpcProbe = z.infer<typeof grpcProbeSchema>;
