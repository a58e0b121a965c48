import * as z from 'zod';
import { nameSchema, variableNameSchema } from './common.ts';

const paths = z.array(z.string().min(1)).default([]);

const sourceSchema = z.strictObject({
  platform: z
    .boolean()
    .default(false)
    .describe('Whether the platform of the service must have its variables; needs the service under `services`.'),
  github: z
    .union([z.boolean(), z.string().min(1)])
    .default(false)
    .describe(
      'Whether a GitHub environment must have them as secrets or variables: its name, or `true` for the chosen environment.',
    ),
  files: paths.describe('Dotenv files that must have them, from the root of the repository. A later one wins.'),
  expand: z
    .boolean()
    .optional()
    .describe(
      'Whether `$NAME` in its dotenv files stands for another variable, as Next.js and dotenv-expand read it. Default: whether package.json in `folder` names `next`.',
    ),
  code: paths.describe('Folders or files of its code: what they read is held against the contract.'),
  client: paths.describe('Folders or files that its browsers get: no value of a secret may be in them.'),
  folder: z
    .string()
    .min(1)
    .optional()
    .describe('Where its fly.toml, Dockerfile, package.json, vercel.json and render.yaml are; they are checked too.'),
  ignore: z
    .array(variableNameSchema)
    .default([])
    .describe('Variables that may be there, or be read, without being declared.'),
});

export const sourcesSchema = z
  .record(nameSchema, sourceSchema)
  .describe('Where the variables of a service come from and what reads them. Default: the variables of the step.');

export type SourceConfiguration = z.infer<typeof sourceSchema>;
