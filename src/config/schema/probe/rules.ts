import * as z from 'zod';
import { boundarySchema, durationSchema } from '../common.ts';

const limit = (what: string) => z.int().min(0).optional().describe(`How many ${what} are allowed.`);

export const within = durationSchema.optional().describe('How long a good answer may take.');

/** When the answers are enough, and when the gate gives up. */
export const rules = {
  consecutive: z.int().min(1).default(3).describe('How many good answers in a row make the service ready.'),
  for: durationSchema
    .prefault('30s')
    .describe(
      'How long the answers must stay good; a rare lost connection or slow answer does not restart the count. Only the probe gate watches for this long; deploy and rollback wait for `consecutive` good answers.',
    ),
  grace: durationSchema.prefault('0s').describe('How long after its start the gate counts nothing against the limits.'),
  limits: z
    .strictObject({
      failures: limit('wrong or missing answers'),
      errors: limit('attempts that the gate cannot make, such as to a host without an address,'),
      inconclusive: limit('attempts without a clear result'),
      unsteady: durationSchema
        .optional()
        .describe(
          'How long after its first good answer the service may still give bad ones. Default: four times `for`, and at least 2m.',
        ),
    })
    .default({})
    .describe('The probe ends before its deadline when it exceeds one of these limits.'),
  interval: durationSchema
    .optional()
    .describe(
      'The shortest time from one attempt to the next, for a service that limits the rate. Default: 90 ms, and half a second when the service has been bad for half a minute.',
    ),
  timeout: durationSchema.prefault('5s').describe('How long one attempt may take.'),
  deadline: durationSchema
    .prefault('3m')
    .describe(
      'How long the gate keeps making attempts. A service that came up late and answers well gets once as much more as `for` still needs.',
    ),
  severity: z
    .enum(['error', 'warning'])
    .default('error')
    .describe('`error`: the release fails when this is not ready. `warning`: the gate only warns.'),
  boundary: boundarySchema.default('delivery'),
};

/** Whether the probe can pass before its deadline. */
export function canPass(probe: {
  for: number;
  deadline: number;
  consecutive: number;
  interval?: number | undefined;
}): boolean {
  return Math.max(probe.for, (probe.consecutive - 1) * (probe.interval ?? 0)) < probe.deadline;
}

export const cannotBePassed =
  'a `deadline` that is longer than `for`, which is 30s by default, and than `consecutive` attempts at `interval`';
