import * as z from 'zod';
import { jsonSchema, nameSchema } from '../common.ts';
import { expectedSchema } from '../matchers.ts';
import { contentCaptures } from './capture.ts';
import { within } from './step.ts';

const closeCode = z.int().min(1000).max(4999);

/** What must arrive over a connection that stays open. */
export const arriving = {
  expect: expectedSchema
    .optional()
    .describe('What one arriving message must contain: each key named here. Without it, the step waits for none.'),
  'expect-all': z.array(expectedSchema).min(1).optional().describe('Several messages that must arrive, in this order.'),
  'any-order': z.boolean().default(false).describe('Accepts the messages of `expect-all` in any order.'),
  'expect-none': expectedSchema
    .optional()
    .describe('A message that must not arrive before the expected messages, or before `within` ends.'),
  capture: contentCaptures.describe(
    'Values of the last expected message. Without an expected message: of the first that arrives.',
  ),
  within: within.describe('How long the answer may take, from sending to the last expected message.'),
};

export const conversing = {
  send: jsonSchema
    .optional()
    .describe('A message, or a list of messages, to send once connected. Text is sent as is, everything else as JSON.'),
  ...arriving,
  closes: closeCode.optional().describe('The code with which the server must close the connection.'),
};

export const as = nameSchema
  .optional()
  .describe('Keeps the connection open under this name until the flow ends. A later step uses it with `listen`.');

interface Arriving {
  expect?: unknown;
  'expect-all'?: unknown[] | undefined;
  'expect-none'?: unknown;
  'any-order': boolean;
  capture: object;
  within?: number | undefined;
}

const isAwaiting = (step: Arriving) => step.expect !== undefined || step['expect-all'] !== undefined;

/** The rules between the keys of what must arrive. */
export function withRules<Schema extends z.ZodType<Arriving>>(schema: Schema): Schema {
  return schema
    .refine(step => step.expect === undefined || step['expect-all'] === undefined, {
      error: 'either `expect` or `expect-all`',
    })
    .refine(step => !step['any-order'] || step['expect-all'] !== undefined, {
      error: '`expect-all` next to `any-order`',
    })
    .refine(step => step['expect-none'] === undefined || isAwaiting(step) || step.within !== undefined, {
      error: '`within` next to `expect-none`, to say how long to listen',
    });
}
