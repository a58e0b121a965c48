import * as z from 'zod';
import { durationSchema } from '../common.ts';
import { cannotBePassed, canPass, rules } from './rules.ts';

const recordTypes = ['A', 'AAAA', 'CNAME', 'CAA', 'MX', 'NS', 'TXT'] as const;

export const dnsProbeSchema = z
  .strictObject({
    dns: z.string().min(1).describe('A host.'),
    type: z.enum(recordTypes).default('A'),
    expect: z
      .array(z.string().min(1))
      .default([])
      .describe('Values that the records must include. Default: any record.'),
    resolvers: z
      .array(z.string().min(1))
      .default([])
      .describe("Addresses or names of the name servers to ask; all must give this answer. Default: the runner's."),
    within: durationSchema.prefault('1s').describe('How long each name server may take to answer.'),
    ...rules,
  })
  .refine(canPass, cannotBePassed)
  .describe('A DNS record.');

export type DnsProbe = z.infer<typeof dnsProbeSchema>;
