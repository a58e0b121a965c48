import * as z from 'zod';

export const errorSchema = z.looseObject({ code: z.string().optional(), message: z.string().optional() });
/** Some routes answer with `err`, or with the error itself (vercel/vercel packages/cli/src/util/client.ts). */
export const errorBodySchema = z.looseObject({ error: errorSchema.optional(), err: errorSchema.optional() });
const metaSchema = z.record(z.string(), z.unknown()).nullish();

/** vercel/vercel packages/client/src/types.ts, Deployment: the parts in use. The list calls its id `uid`. */
export const deploymentSchema = z.looseObject({
  id: z.string().optional(),
  uid: z.string().optional(),
  url: z.string().nullish(),
  projectId: z.string().nullish(),
  target: z.string().nullish(),
  readyState: z.string().optional(),
  state: z.string().optional(),
  readySubstate: z.string().nullish(),
  aliasAssigned: z.union([z.boolean(), z.number()]).nullish(),
  aliasError: z.unknown().optional(),
  errorCode: z.string().nullish(),
  errorMessage: z.string().nullish(),
  errorStep: z.string().nullish(),
  checksConclusion: z.string().nullish(),
  checks: z.record(z.string(), z.unknown()).nullish(),
  isRollbackCandidate: z.boolean().nullish(),
  created: z.number().optional(),
  createdAt: z.number().optional(),
  meta: metaSchema,
  gitSource: z.looseObject({ sha: z.string().nullish() }).nullish(),
});

export const aliasSchema = z.looseObject({
  deploymentId: z.string().nullish(),
  projectId: z.string().nullish(),
  redirect: z.string().nullish(),
});

const aliasRequestSchema = z.looseObject({
  toDeploymentId: z.string(),
  jobStatus: z.string(),
  requestedAt: z.number(),
  type: z.string(),
});

export const projectSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  accountId: z.string().nullish(),
  autoAssignCustomDomains: z.boolean().nullish(),
  /** The connected repository. */
  link: z.looseObject({ productionBranch: z.string().nullish() }).nullish(),
  lastAliasRequest: aliasRequestSchema.nullish(),
  targets: z.looseObject({ production: z.looseObject({ id: z.string() }).nullish() }).nullish(),
});

export const eventSchema = z.looseObject({
  type: z.string().default(''),
  text: z.string().optional(),
  payload: z.looseObject({ text: z.string().optional() }).optional(),
});

export const variablesSchema = z.looseObject({
  envs: z.array(
    z.looseObject({
      id: z.string().optional(),
      key: z.string(),
      value: z.string().nullish(),
      type: z.string().default(''),
      updatedAt: z.number().default(0),
    }),
  ),
});

export const variableSchema = z.looseObject({ value: z.string().nullish() });

export const jobAliasesSchema = z.looseObject({
  aliases: z.array(z.looseObject({ alias: z.looseObject({ alias: z.string() }), status: z.string() })),
});

export type VercelDeployment = z.infer<typeof deploymentSchema>;
export type VercelProject = z.infer<typeof projectSchema>;
export type AliasRequest = z.infer<typeof aliasRequestSchema>;
export type Alias = z.infer<typeof aliasSchema>;
export type AliasJob = 'rollback' | 'promote';

export function getId({ id, uid }: VercelDeployment): string {
  return id ?? uid ?? '';
}

/** The commit that a deployment was built from, if Vercel knows it. */
export function findCommit({ meta, gitSource }: VercelDeployment): string | undefined {
  const noted = meta?.githubCommitSha ?? meta?.gitCommitSha;
  return typeof noted === 'string' ? noted : (gitSource?.sha ?? undefined);
}

export function getState({ readyState, state }: VercelDeployment): string {
  return readyState ?? state ?? 'QUEUED';
}

export function isBuilding(deployment: VercelDeployment): boolean {
  return ['QUEUED', 'INITIALIZING', 'BUILDING'].includes(getState(deployment));
}
