import * as z from 'zod';
import { as, conversing, withRules } from '../messages.ts';
import { asking, location, refuseKeys, type StepForm } from '../step.ts';

export const form = {
  kind: 'websocket',
  title: 'WebSocket',
  schemes: ['ws', 'wss', 'http', 'https'],
} as const satisfies StepForm;

/** A connection that does not open has no messages. */
const unusedWhenRefused = ['send', 'expect', 'expect-all', 'expect-none', 'capture', 'closes', 'as', 'within'];

export const schema = withRules(
  z.strictObject({
    websocket: location,
    ...asking,
    as,
    protocols: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Subprotocols to offer. The server must accept one.'),
    refused: z
      .int()
      .min(100)
      .max(599)
      .optional()
      .describe('The HTTP status with which the server must refuse the connection, such as 401.'),
    ...conversing,
  }),
)
  .superRefine((step, context) => {
    if (step.refused !== undefined) refuseKeys('refused', unusedWhenRefused)(step, context);
  })
  .describe('A WebSocket connection, with messages to send and messages that must arrive.');

export type WebsocketStep = z.infer<typeof schema>;
