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
  /** Why it is CANCELED. */
  readyStateReason: z.string().nullish(),
  readySubstate: z.string().nullish(),
  /** Whether the domains move to it. False is echoed for one that is staged. */
  autoAssignCustomDomains: z.boolean().nullish(),
  /** Vercel has deleted it by the project's retention, but still lists it. */
  softDeletedByRetention: z.boolean().nullish(),
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
  creator: z.looseObject({ username: z.string().nullish() }).nullish(),
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
  /** Set from a rollback until the next promotion. */
  lastRollbackTarget: z.unknown().optional(),
  /** The configuration of Rolling Releases. */
  rollingRelease: z.unknown().optional(),
  /** The connected repository. */
  link: z.looseObject({ productionBranch: z.string().nullish() }).nullish(),
  lastAliasRequest: aliasRequestSchema.nullish(),
  targets: z.looseObject({ production: z.looseObject({ id: z.string() }).nullish() }).nullish(),
});

/** Without `rollingRelease` while none is under way. */
export const rollingReleaseSchema = z.looseObject({
  rollingRelease: z
    .looseObject({ state: z.string(), canaryDeployment: z.looseObject({ id: z.string() }).nullish() })
    .nullish(),
});

export const eventSchema = z.looseObject({
  type: z.string().default(''),
  text: z.string().optional(),
  payload: z.looseObject({ text: z.string().optional() }).optional(),
});

const entrySchema = z.looseObject({
  id: z.string().optional(),
  key: z.string(),
  value: z.string().nullish(),
  type: z.string().default(''),
  target: z.union([z.string(), z.array(z.string())]).nullish(),
  /** `secret` cannot be read, whatever `type` says. */
  visibility: z.string().nullish(),
  decrypted: z.boolean().nullish(),
  updatedAt: z.number().default(0),
});

export const variablesSchema = z.looseObject({
  envs: z.array(entrySchema),
  pagination: z.looseObject({ next: z.number().nullish() }).nullish(),
  /** Variables of production that the token may not even see. */
  hiddenProductionEnvCount: z.number().default(0),
});

/** Those of the team that are linked to a project. */
export const sharedVariablesSchema = z.looseObject({
  data: z.array(entrySchema),
  pagination: z.looseObject({ next: z.number().nullish() }).nullish(),
});

export const variableSchema = z.looseObject({ value: z.string().nullish(), decrypted: z.boolean().nullish() });

export const jobAliasesSchema = z.looseObject({
  aliases: z.array(z.looseObject({ alias: z.looseObject({ alias: z.string() }), status: z.string() })),
});

export type VercelDeployment = z.infer<typeof deploymentSchema>;
export type VercelProject = z.infer<typeof projectSchema>;
export type AliasRequest = z.infer<typeof aliasRequestSchema>;
export type VariableEntry = z.infer<typeof entrySchema>;
export type Alias = z.infer<typeof aliasSchema>;
export type AliasJob = 'rollback' | 'promote';

export function getId({ id, uid }: VercelDeployment): string {
  return id ?? uid ?? '';
}

/** Milliseconds since the epoch, by the clock of Vercel. */
export function getCreated({ createdAt, created }: VercelDeployment): number {
  return createdAt ?? created ?? 0;
}

/** The commit that a deployment was built from, if Vercel knows it. */
export function findCommit({ meta, gitSource }: VercelDeployment): string | undefined {
  const noted = meta?.githubCommitSha ?? meta?.gitCommitSha;
  return typeof noted === 'string' ? noted : (gitSource?.sha ?? undefined);
}

/** Whether the production domains move to new deployments. A rollback turns that off until the next promotion. */
export function assignsDomains({ autoAssignCustomDomains, lastRollbackTarget }: VercelProject): boolean {
  return autoAssignCustomDomains !== false && !lastRollbackTarget;
}

/** Whether the project's setting, not a rollback, keeps new deployments off the domains. */
export function isAssignmentOffBySetting({ autoAssignCustomDomains, lastRollbackTarget }: VercelProject): boolean {
  return autoAssignCustomDomains === false && !lastRollbackTarget;
}

export function getState({ readyState, state }: VercelDeployment): string {
  return readyState ?? state ?? 'QUEUED';
}

export function isBuilding(deployment: VercelDeployment): boolean {
  return ['QUEUED', 'INITIALIZING', 'BUILDING'].includes(getState(deployment));
}
