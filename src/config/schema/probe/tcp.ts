import * as z from 'zod';
import { cannotBePassed, canPass, rules, within } from './rules.ts';

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

export type TcpProbe = z.infer<typeof tcpProbeSchema>;
