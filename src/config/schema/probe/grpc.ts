import * as z from 'zod';
import { cannotBePassed, canPass, rules, within } from './rules.ts';

export const grpcProbeSchema = z
  .strictObject({
    grpc: z
      .string()
      .regex(/^https?:\/\/[^/\s]+$/, 'an address such as https://api.example.com:443, or http:// without TLS')
      .describe('The address, with https:// or http://.'),
    service: z.string().default('').describe('The service to check. Default: the whole server.'),
    bearer: z.string().min(1).optional().describe('A token for the authorization metadata.'),
    metadata: z.record(z.string(), z.string()).default({}).describe('Metadata to send, such as an API key.'),
    within,
    ...rules,
  })
  .refine(canPass, cannotBePassed)
  .describe('The health of a gRPC server (grpc.health.v1).');

export type GrpcProbe = z.infer<typeof grpcProbeSchema>;
