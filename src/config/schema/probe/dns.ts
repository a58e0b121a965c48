import * as z from 'zod';
import { durationSchema } from '../common.ts';
import { cannotBePassed, canPass, rules } from './rules.ts';

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

export type DnsProbe = z.infer<typeof dnsProbeSchema>;
