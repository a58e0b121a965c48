import * as z from 'zod';
import { cannotBePassed, canPass, rules } from './rules.ts';

export const deploymentProbeSchema = z
  .strictObject({
    deployment: z.string().min(1).describe('The commit that the platform must report as live, such as ${commit}.'),
    ...rules,
    consecutive: rules.consecutive
      .default(1)
      .describe('How many good answers in a row are enough; the gate asks a platform only every few seconds.'),
  })
  .refine(canPass, cannotBePassed)
  .describe("What the service's platform reports as live. Needs the platform's token.");

export type DeploymentProbe = z.infer<typeof deploymentProbeSchema>;
