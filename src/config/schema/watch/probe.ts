import * as z from 'zod';
import { durationSchema, nameSchema } from '../common.ts';
import { patience, rules } from './rules.ts';

export const probeSignalSchema = z
  .strictObject({
    probe: nameSchema.describe('The name of a probe of the same service, under `probe`.'),
    interval: durationSchema.prefault('10s').describe('How often the gate asks.'),
    'failing-for': patience,
    ...rules,
  })
  .describe('A probe that the gate repeats while it watches.');

export type ProbeSignal = z.infer<typeof probeSignalSchema>;
