import * as z from 'zod';
import { repositorySchema } from './common.ts';

export const releaseSchema = z
  .strictObject({
    lock: z
      .enum(['required', 'best-effort'])
      .default('required')
      .describe(
        'What to do if GitHub cannot keep releases apart: `required` does not begin the release, and `best-effort` begins it with a warning that two releases could run at once.',
      ),
    'lock-repository': repositorySchema
      .optional()
      .describe(
        'The GitHub repository whose deployments keep releases apart, the same for all repositories that release to one environment. Default: releases of this repository alone are kept apart.',
      ),
  })
  .describe('What holds for a release as a whole.');
