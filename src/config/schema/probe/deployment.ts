import * as z from 'zod';
import { cannotBePassed, canPass, rules } from './rules.ts';

export const deploymentProbeSchema = z
  .strictObject({
    deployment: z.string().min(1).describe('The commit that the platform itself must say is live, such as ${commit}.'),
    ...rules,
    consecutive: rules.consecutive
      .default(1)
      .describe('How many good answers in a row are enough; a platform is asked but every few seconds.'),
  })
  .refine(canPass, cannotBePassed)
  .describe("What the service's platform says is live; needs the token of the platform.");

export type DeploymentProbe = z.infer<typeof deploymentProbeSchema>;
