import * as z from 'zod';
import { jsonSchema, nameSchema } from '../common.ts';
import { contentCaptures } from './capture.ts';
import { anyStep, asking, location, timeout, within } from './step.ts';

const closeCode = z.int().min(1000).max(4999);

/** What must arrive over a connection that lasts. */
const arriving = {
  expect: jsonSchema
    .optional()
    .describe('What one message that arrives must contain: each key named here. Without it, none is waited for.'),
  'expect-all': z.array(jsonSchema).min(1).optional().describe('Several messages that must arrive, in this order.'),
  'any-order': z.boolean().default(false).describe('Whether the messages of `expect-all` may come in any order.'),
  'expect-none': jsonSchema
    .optional()
    .describe('A message that must not arrive before the expected ones have, or before `within` is over.'),
  capture: contentCaptures,
  within: within.describe('How long the answer may take, from sending to the last expected message.'),
};

const conversing = {
  send: jsonSchema
    .optional()
    .describe('A message, or a list of messages, sent once connected: text as it is, everything else as JSON.'),
  ...arriving,
  closes: closeCode.optional().describe('The code with which the server must close the connection.'),
};

interface Arriving {
  expect?: unknown;
  'expect-all'?: unknown[] | undefined;
  'expect-none'?: unknown;
  capture: object;
  within?: number | undefined;
}

const captureNeedsExpect = (step: Arriving) =>
  step.expect !== undefined || step['expect-all'] !== undefined || Object.keys(step.capture).length === 0;
const oneWayToExpect = (step: Arriving) => step.expect === undefined || step['expect-all'] === undefined;
const noneNeedsAnEnd = (step: Arriving) =>
  step['expect-none'] === undefined ||
  step.expect !== undefined ||
  step['expect-all'] !== undefined ||
  step.within !== undefined;

const captureError = { error: 'an `expect` beside `capture`, which says what message to capture from' };
const oneWayError = { error: 'either `expect` or `expect-all`' };
const noneError = { error: '`within` beside `expect-none`, which says how long to listen' };

const as = nameSchema
  .optional()
  .describe('Keeps the connection open under this name until the flow ends; `listen` goes on with it.');

export const websocketStepSchema = z
  .strictObject({
    websocket: location,
    ...asking,
    as,
    protocols: z.array(z.string().min(1)).min(1).optional().describe('Subprotocols to offer; one must be taken.'),
    refused: z
      .int()
      .min(100)
      .max(599)
      .optional()
      .describe('The HTTP status with which the connection must be refused, such as 401.'),
    ...conversing,
  })
  .refine(captureNeedsExpect, captureError)
  .refine(oneWayToExpect, oneWayError)
  .refine(noneNeedsAnEnd, noneError)
  .refine(step => step.refused === undefined || (step.send === undefined && step.expect === undefined), {
    error: 'a connection that is either `refused` or talked over',
  })
  .describe('A WebSocket connection: what is sent, and what must arrive.');

export const listenStepSchema = z
  .strictObject({
    listen: nameSchema.describe('The name that an earlier step gave its connection with `as`.'),
    ...anyStep,
    timeout,
    ...conversing,
  })
  .refine(captureNeedsExpect, captureError)
  .refine(oneWayToExpect, oneWayError)
  .refine(noneNeedsAnEnd, noneError)
  .describe('Goes on with a connection that an earlier step opened: what came since counts.');

export const sseStepSchema = z
  .strictObject({ sse: location, ...asking, as, ...arriving })
  .refine(captureNeedsExpect, captureError)
  .refine(oneWayToExpect, oneWayError)
  .refine(noneNeedsAnEnd, noneError)
  .describe('A stream of server-sent events; each is `{ event, data, id }`, with its data parsed where it is JSON.');

export type WebsocketStep = z.infer<typeof websocketStepSchema>;
export type ListenStep = z.infer<typeof listenStepSchema>;
export type SseStep = z.infer<typeof sseStepSchema>;
