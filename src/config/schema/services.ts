import * as z from 'zod';
import {
  commandEnvSchema,
  durationSchema,
  isHttpUrl,
  nameSchema,
  repositorySchema,
  variableNameSchema,
} from './common.ts';

const shared = {
  url: z
    .string()
    .refine(isHttpUrl, { error: 'an http or https URL', abort: true })
    .refine(text => !text.includes('${'), {
      error: 'an address without variables: put what differs under `environments`',
    })
    .describe('The address where users reach the service.'),
  after: z.array(nameSchema).default([]).describe('Services that must be released before this one.'),
};

const directorySchema = z
  .string()
  .refine(path => !path.startsWith('/') && !path.split('/').includes('..'), 'a folder of the repository')
  .default('.')
  .describe(
    'The folder of the service, relative to the root of the repository, with its fly.toml or its `.vercel/output`.',
  );

const flySchema = z.strictObject({
  platform: z.literal('fly'),
  app: z.string().min(1).describe('The app on Fly.io.'),
  image: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The image to release to Fly.io, such as registry.fly.io/pm-backend:${commit}. Default: `flyctl` builds it, if installed.',
    ),
  directory: directorySchema,
  ...shared,
});

const vercelSchema = z.strictObject({
  platform: z.literal('vercel'),
  project: z.string().min(1).describe('The project on Vercel, by id (prj_…) or name.'),
  team: z.string().min(1).optional().describe('The team on Vercel that owns the project, by id (team_…) or slug.'),
  domain: z
    .string()
    .min(1)
    .optional()
    .describe('The production domain on Vercel that identifies the live deployment. Default: the host of `url`.'),
  repository: repositorySchema
    .optional()
    .describe('The GitHub repository that Vercel builds from. Default: the repository that runs the workflow.'),
  prebuilt: z
    .boolean()
    .default(false)
    .describe('Whether to upload the output of `vercel build --prod` from the workflow instead of building on Vercel.'),
  directory: directorySchema,
  strategy: z
    .enum(['direct', 'stage-then-promote'])
    .default('direct')
    .describe(
      'On Vercel, whether a build goes live at once (`direct`), or only after its probes pass at a separate address.',
    ),
  ...shared,
});

const renderSchema = z.strictObject({
  platform: z.literal('render'),
  service: z
    .string()
    .min(1)
    .describe('The service on Render, by id (srv-…). Name each service of a Blueprint separately.'),
  image: z
    .string()
    .min(1)
    .optional()
    .describe('The image to release, for a service that runs one. Default: Render builds the commit.'),
  'deploy-hook': variableNameSchema
    .optional()
    .describe("The variable with the service's deploy hook on Render, which then starts deploys instead of the API."),
  ...shared,
});

const railwaySchema = z.strictObject({
  platform: z.literal('railway'),
  project: z.string().min(1).describe('The project on Railway, by id.'),
  environment: z.string().min(1).describe('The environment of the project on Railway, by id.'),
  service: z.string().min(1).describe('The service of the project on Railway, by id.'),
  image: z
    .string()
    .min(1)
    .optional()
    .describe('The image to release, for a service that runs one. Default: Railway builds the commit.'),
  ...shared,
});

const commandSchema = z.strictObject({
  platform: z.literal('command'),
  command: z
    .string()
    .min(1)
    .describe('The shell command that deploys the commit in RELEASE_COMMIT, and ends when the new version is up.'),
  'rollback-command': z
    .string()
    .min(1)
    .optional()
    .describe(
      'The shell command that rolls back to the version in RELEASE_TARGET. Without it the service has no rollback.',
    ),
  env: commandEnvSchema.describe(
    'Variables for the two commands, such as `TOKEN: "${TOKEN}"`. They also get the variables of the step that their text names, and no other credentials.',
  ),
  live: z
    .strictObject({
      get: z.string().min(1).describe('A path of the service, or a whole URL.'),
      json: z
        .string()
        .optional()
        .describe('The JSON path of the version, such as `$.commit`. Default: the whole body.'),
      header: z.string().min(1).optional().describe('The header with the version, if it is not in the body.'),
    })
    .describe('Where the service reports its version: a commit, or another form that the commands understand.'),
  within: durationSchema.prefault('5m').describe('How long after the command the new version may take to respond.'),
  ...shared,
});

export const serviceSchema = z.discriminatedUnion('platform', [
  flySchema,
  vercelSchema,
  renderSchema,
  railwaySchema,
  commandSchema,
]);
export const servicesSchema = z
  .record(nameSchema, serviceSchema)
  .describe('The services to release, each with its platform.');

export type Service = z.infer<typeof serviceSchema>;
export type FlyService = z.infer<typeof flySchema>;
export type VercelService = z.infer<typeof vercelSchema>;
export type RenderService = z.infer<typeof renderSchema>;
export type RailwayService = z.infer<typeof railwaySchema>;
export type CommandService = z.infer<typeof commandSchema>;
