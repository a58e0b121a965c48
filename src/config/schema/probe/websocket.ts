import * as z from 'zod';
import { jsonSchema } from '../common.ts';
import { cannotBePassed, canPass, rules, within } from './rules.ts';

export const websocketProbeSchema = z
  .strictObject({
    websocket: z.string().min(1).describe('A path of the service, or a whole URL.'),
    headers: z.record(z.string(), z.string()).default({}),
    bearer: z.string().min(1).optional().describe('A token for the Authorization header.'),
    send: jsonSchema.optional().describe('A message to send: text as it is, everything else as JSON.'),
    expect: jsonSchema.optional().describe('What one message that arrives must contain.'),
    within,
    ...rules,
  })
  .refine(canPass, cannotBePassed)
  .describe('A WebSocket that must open, and may have to answer.');

export type WebsocketProbe = z.infer<typeof websocketProbeSchema>;
