import * as z from 'zod';
import { durationSchema, isHttpUrl, nameSchema, repositorySchema, variableNameSchema } from './common.ts';

const shared = {
  url: z
    .string()
    .refine(isHttpUrl, { error: 'an http or https URL', abort: true })
    .refine(text => !text.includes('${'), {
      error: 'an address without variables: what differs stands under `environments`',
    })
    .describe('Where the service answers its users.'),
  after: z.array(nameSchema).default([]).describe('Services that must be released before this one.'),
};

const directorySchema = z
  .string()
  .refine(path => !path.startsWith('/') && !path.split('/').includes('..'), 'a folder of the repository')
  .default('.')
  .describe('The folder of the service, from the root of the repository, with its fly.toml or its `.vercel/output`.');

const flySchema = z.strictObject({
  platform: z.literal('fly'),
  app: z.string().min(1).describe('The app on Fly.io.'),
  image: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The image to release to Fly.io, such as registry.fly.io/pm-backend:${commit}. Default: `flyctl`, where it is installed, builds it.',
    ),
  directory: directorySchema,
  ...shared,
});

const vercelSchema = z.strictObject({
  platform: z.literal('vercel'),
  project: z.string().min(1).describe('The project on Vercel, by id (prj_…) or name.'),
  team: z.string().min(1).optional().describe('The team on Vercel that owns the project, by id (team_…).'),
  domain: z
    .string()
    .min(1)
    .optional()
    .describe('The production domain on Vercel that says what is live. Default: the host of `url`.'),
  repository: repositorySchema
    .optional()
    .describe('The GitHub repository that Vercel builds from. Default: the one that runs the workflow.'),
  prebuilt: z
    .boolean()
    .default(false)
    .describe(
      'Whether the build of `vercel build --prod` in the workflow is uploaded, instead of one that Vercel makes.',
    ),
  directory: directorySchema,
  strategy: z
    .enum(['direct', 'stage-then-promote'])
    .default('direct')
    .describe(
      'On Vercel, whether users meet what is built at once, or only after its probes were good at an address of its own.',
    ),
  ...shared,
});

const renderSchema = z.strictObject({
  platform: z.literal('render'),
  service: z
    .string()
    .min(1)
    .describe('The service on Render, by id (srv-…). Services of a Blueprint are named one by one.'),
  image: z
    .string()
    .min(1)
    .optional()
    .describe('The image to release, of a service that runs one. Default: the commit is built by Render.'),
  'deploy-hook': variableNameSchema
    .optional()
    .describe("The variable with the service's deploy hook on Render, to start deploys with instead of the API."),
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
    .describe('The image to release, of a service that runs one. Default: the commit is built by Railway.'),
  ...shared,
});

const commandSchema = z.strictObject({
  platform: z.literal('command'),
  command: z
    .string()
    .min(1)
    .describe('The shell command that deploys and ends when the new version is up; RELEASE_COMMIT says which.'),
  'rollback-command': z
    .string()
    .min(1)
    .optional()
    .describe('The shell command that goes back to the version in RELEASE_TARGET. Without it the service cannot.'),
  live: z
    .strictObject({
      get: z.string().min(1).describe('A path of the service, or a whole URL.'),
      json: z
        .string()
        .optional()
        .describe('The JSON path of the version, such as `$.commit`. Default: the whole answer.'),
      header: z.string().min(1).optional().describe('The header with the version, instead of the body.'),
    })
    .describe('Where the service tells which version it is: a commit, or what else the commands understand.'),
  within: durationSchema.prefault('5m').describe('How long the new version may take to answer after the command.'),
  ...shared,
});

export const serviceSchema = z.discriminatedUnion('platform', [
  flySchema,
  vercelSchema,
  renderSchema,
  railwaySchema,
  commandSchema,
]);
export const servicesSchema = z.record(nameSchema, serviceSchema).describe('What is released, and where to.');

export type Service = z.infer<typeof serviceSchema>;
export type FlyService = z.infer<typeof flySchema>;
export type VercelService = z.infer<typeof vercelSchema>;
export type RenderService = z.infer<typeof renderSchema>;
export type RailwayService = z.infer<typeof railwaySchema>;
export type CommandService = z.infer<typeof commandSchema>;
