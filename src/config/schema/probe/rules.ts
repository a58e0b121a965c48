import * as z from 'zod';
import { boundarySchema, durationSchema } from '../common.ts';

const limit = (what: string) => z.int().min(0).optional().describe(`How many ${what} are put up with.`);

export const within = durationSchema.optional().describe('How long one attempt may take.');

/** When it is enough, and when it is given up. */
export const rules = {
  consecutive: z.int().min(1).default(3).describe('How many good answers in a row are enough.'),
  for: durationSchema
    .prefault('30s')
    .describe(
      'For how long the probe gate watches that the answers stay good; a rare lost connection or slow answer is no break. The gates deploy and rollback only wait for `consecutive` good answers.',
    ),
  grace: durationSchema
    .prefault('0s')
    .describe('How long after the start of the gate nothing counts against the limits.'),
  limits: z
    .strictObject({
      failures: limit('answers that are wrong or missing'),
      errors: limit('attempts that could not be made, such as a host without an address'),
      inconclusive: limit('attempts that decided nothing'),
    })
    .default({})
    .describe('Ends the probe before its deadline once there are more of these. Default: only the deadline does.'),
  timeout: durationSchema.prefault('5s').describe('When one attempt is given up.'),
  deadline: durationSchema
    .prefault('2m')
    .describe('After how long no further attempt is made; one that has begun still has its `timeout`.'),
  severity: z
    .enum(['error', 'warning'])
    .default('error')
    .describe('Whether the release fails when this is not ready, or is only warned of.'),
  boundary: boundarySchema.default('delivery'),
};

/** A probe that could never be passed before it is given up. */
export function canPass(probe: { for: number; deadline: number }): boolean {
  return probe.for < probe.deadline;
}

export const cannotBePassed = 'a `deadline` that is longer than `for`, which is 30s where the probe states no other';
