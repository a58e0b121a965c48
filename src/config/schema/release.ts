import * as z from 'zod';
import { repositorySchema } from './common.ts';

export const releaseSchema = z
  .strictObject({
    'lock-repository': repositorySchema
      .optional()
      .describe(
        'The GitHub repository whose deployments keep releases apart, the same for all repositories that release to one environment. Default: releases of this repository alone are kept apart.',
      ),
  })
  .describe('What holds for a release as a whole.');
