import * as z from 'zod';
import { daysSchema } from '../common.ts';
import { cannotBePassed, canPass, rules, within } from './rules.ts';

export const tlsProbeSchema = z
  .strictObject({
    tls: z
      .string()
      .regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:/]+)(:\d{1,5})?$/, 'a host, with its port if that is not 443')
      .describe('A host, with its port if that is not 443.'),
    name: z.string().min(1).optional().describe('The name that the certificate must be for. Default: the host.'),
    'valid-for': daysSchema.prefault('14d').describe('How many more days the certificate must be valid, such as 30d.'),
    'at-least': z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2').describe('The oldest TLS version allowed.'),
    within,
    ...rules,
  })
  .refine(canPass, cannotBePassed)
  .describe('A TLS connection and its certificate.');

export type TlsProbe = z.infer<typeof tlsProbeSchema>;
