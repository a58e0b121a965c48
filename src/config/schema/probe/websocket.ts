import * as z from 'zod';
import { jsonSchema } from '../common.ts';
import { expectedSchema } from '../matchers.ts';
import { cannotBePassed, canPass, rules, within } from './rules.ts';

export const websocketProbeSchema = z
  .strictObject({
    websocket: z.string().min(1).describe('A path of the service, or a full URL.'),
    headers: z.record(z.string(), z.string()).default({}),
    bearer: z.string().min(1).optional().describe('A token for the Authorization header.'),
    send: jsonSchema.optional().describe('A message to send: a text unchanged, anything else as JSON.'),
    expect: expectedSchema.optional().describe('What one of the messages that arrive must contain.'),
    within,
    ...rules,
  })
  .refine(canPass, cannotBePassed)
  .describe('A WebSocket that must open and, with `expect`, send a message.');

export type WebsocketProbe = z.infer<typeof websocketProbeSchema>;
