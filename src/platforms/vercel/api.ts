import * as z from 'zod';
import { createApi } from '../../clients/api/api.ts';
import { Refused } from '../../clients/api/errors.ts';
import { readToken } from '../../clients/api/token.ts';
import type { VercelService } from '../../config/schema/services.ts';
import type { PlatformDependencies, PlatformVariable } from '../platform.ts';
import {
  type Alias,
  type AliasJob,
  aliasSchema,
  deploymentSchema,
  errorBodySchema,
  errorSchema,
  eventSchema,
  jobAliasesSchema,
  projectSchema,
  rollingReleaseSchema,
  type VercelDeployment,
  type VercelProject,
} from './answers.ts';
import { stepUpRequired } from './findings.ts';
import { listEntries, listVariables } from './variables.ts';

export interface Rollback {
  /** Of the deployment. */
  id: string;
  /** Why, for people who read it on Vercel. */
  description: string;
}

export interface NewDeployment {
  project: VercelProject;
  repository: string;
  /** The branch or tag, or the commit itself. */
  ref: string;
  commit: string;
  /** Whether to keep it off the production domains. */
  staged: boolean;
  /** Whether no build of the commit that is there or under way may take its place. */
  again: boolean;
  /** Identifies it when the answer is lost. */
  key: string;
}

/** Vercel's API for one project. Every method throws as `Api` does. */
export interface VercelApi {
  readProject(signal: AbortSignal): Promise<VercelProject>;
  readAlias(domain: string, signal: AbortSignal): Promise<Alias>;
  readDeployment(id: string, signal: AbortSignal): Promise<VercelDeployment>;
  /** The newest deployments to production. */
  listProductionDeployments(project: VercelProject, signal: AbortSignal): Promise<VercelDeployment[]>;
  createDeployment(deployment: NewDeployment, signal: AbortSignal): Promise<VercelDeployment>;
  cancelDeployment(id: string, signal: AbortSignal): Promise<void>;
  promote(project: VercelProject, id: string, signal: AbortSignal): Promise<void>;
  rollBack(project: VercelProject, to: Rollback, signal: AbortSignal): Promise<void>;
  /** Sets whether the production domains move to new deployments. */
  setAssignment(project: VercelProject, on: boolean, signal: AbortSignal): Promise<void>;
  /** The deployment that a rolling release under way gives a share of the traffic. */
  findCanary(project: VercelProject, signal: AbortSignal): Promise<string | undefined>;
  /** The domains that Vercel could not move. */
  listFailedDomains(project: VercelProject, job: AliasJob, signal: AbortSignal): Promise<string[]>;
  readBuildLog(id: string, signal: AbortSignal): Promise<string[]>;
  /** Those of production. An encrypted one takes a request of its own to read, and a sensitive one is unreadable. */
  listVariables(project: VercelProject, signal: AbortSignal): Promise<PlatformVariable[]>;
  /** Whether there are variables that the token may not even see. */
  hidesVariables(signal: AbortSignal): Promise<boolean>;
  /**
   * When a variable was last changed, in milliseconds since the epoch, or infinity where Vercel does not tell. A removed
   * variable leaves no trace.
   */
  findLastVariableChange(signal: AbortSignal): Promise<number>;
  /** The variables that were changed after this time, in milliseconds since the epoch. */
  listVariablesChangedSince(time: number, signal: AbortSignal): Promise<string[]>;
}

/** The key in `meta` by which a deploy recognises its own deployment. */
export const metaKey = 'releaseGates';
/** The key in `meta` that holds the commit of a staged deployment. */
export const stagedKey = 'releaseGatesStaged';

/** The `meta` that identifies a deployment later. */
export function buildMeta({ key, staged, commit }: NewDeployment): Record<string, string> {
  return { [metaKey]: key, ...(staged && { [stagedKey]: commit }) };
}

export function createVercelApi(
  service: VercelService,
  { context, timeout = 30_000 }: PlatformDependencies,
): VercelApi {
  const token = readToken(context, 'VERCEL_TOKEN', 'Vercel');
  const whose = service.team ? ` of the team ${service.team}` : '';
  const api = createApi(
    {
      name: 'Vercel',
      baseUrl: (context.variables.VERCEL_API_URL || 'https://api.vercel.com').replace(/\/+$/, ''),
      headers: { authorization: `Bearer ${token}` },
      variable: 'VERCEL_TOKEN',
      tokenHelp: `Create a token at vercel.com/account/tokens with the scope${whose || ' of the team, and name the team as `team`'}, and store it as the secret VERCEL_TOKEN.`,
      findMessage: body => readError(body)?.message,
      recognizeRefusal: body => (stepUpCodes.test(readError(body)?.code ?? '') ? stepUpRequired : undefined),
      timeout,
    },
    context,
  );
  const path = (route: string, query: Record<string, string> = {}) => {
    const all = new URLSearchParams({ ...query, ...nameTeam(service) }).toString();
    return all ? `${route}?${all}` : route;
  };
  const projectId = encodeURIComponent(service.project);
  const theProject = `the project ${service.project}${whose}`;

  const variables = { api, path, projectId, theProject };

  return {
    readProject: signal =>
      api(projectSchema, {
        method: 'GET',
        path: path(`/v9/projects/${projectId}`, { rollbackInfo: 'true' }),
        what: theProject,
        signal,
      }),
    readAlias: (domain, signal) =>
      api(aliasSchema, {
        method: 'GET',
        path: path(`/v4/aliases/${encodeURIComponent(domain)}`),
        what: `the domain ${domain} of ${theProject}`,
        signal,
      }),
    readDeployment: (id, signal) =>
      api(deploymentSchema, {
        method: 'GET',
        path: path(`/v13/deployments/${encodeURIComponent(id)}`),
        what: `the deployment ${id}`,
        signal,
      }),
    listProductionDeployments: async (project, signal) => {
      const { deployments } = await api(z.looseObject({ deployments: z.array(deploymentSchema) }), {
        method: 'GET',
        path: path('/v6/deployments', { projectId: project.id, target: 'production', limit: '20' }),
        what: `the deployments of ${theProject}`,
        signal,
      });
      return deployments;
    },
    createDeployment: (wanted, signal) => {
      const { project, repository, ref, commit, staged } = wanted;
      const [org = '', repo = ''] = repository.split('/');
      return api(deploymentSchema, {
        method: 'POST',
        path: path('/v13/deployments', { forceNew: '1', skipAutoDetectionConfirmation: '1' }),
        what: `a deployment of ${theProject}`,
        body: {
          name: project.name,
          project: project.id,
          target: 'production',
          gitSource: { type: 'github', org, repo, ref, sha: commit },
          meta: buildMeta(wanted),
          ...(staged && { autoAssignCustomDomains: false }),
        },
        signal,
      });
    },
    cancelDeployment: async (id, signal) => {
      await api(z.unknown(), {
        method: 'PATCH',
        path: path(`/v12/deployments/${encodeURIComponent(id)}/cancel`),
        what: `the deployment ${id}`,
        repeatable: true,
        signal,
      });
    },
    promote: async (project, id, signal) => {
      await api(z.unknown(), {
        method: 'POST',
        path: path(`/v10/projects/${project.id}/promote/${encodeURIComponent(id)}`),
        what: `the promotion of ${id}`,
        body: {},
        signal,
      });
    },
    rollBack: async (project, { id, description }, signal) => {
      await api(z.unknown(), {
        method: 'POST',
        path: path(`/v1/projects/${project.id}/rollback/${encodeURIComponent(id)}`, {
          ...(description && { description: description.slice(0, 250) }),
        }),
        what: `the rollback to ${id}`,
        body: {},
        signal,
      });
    },
    setAssignment: async (project, on, signal) => {
      await api(z.unknown(), {
        method: 'PATCH',
        path: path(`/v9/projects/${project.id}`),
        what: `the assignment of domains of ${theProject}`,
        body: { autoAssignCustomDomains: on },
        repeatable: true,
        signal,
      });
    },
    findCanary: async (project, signal) => {
      if (!project.rollingRelease) return undefined;
      const { rollingRelease } = await api(rollingReleaseSchema, {
        method: 'GET',
        path: path(`/v1/projects/${project.id}/rolling-release`, { state: 'ACTIVE' }),
        what: `the rolling release of ${theProject}`,
        signal,
      });
      return rollingRelease?.state === 'ACTIVE' ? rollingRelease.canaryDeployment?.id : undefined;
    },
    listFailedDomains: async (project, job, signal) => {
      const { aliases } = await api(jobAliasesSchema, {
        method: 'GET',
        path: path(`/v9/projects/${project.id}/${job}/aliases`, { failedOnly: 'true', limit: '20' }),
        what: `the domains of ${theProject}`,
        signal,
      });
      return aliases.filter(({ status }) => status === 'failed').map(({ alias }) => alias.alias);
    },
    listVariables: (project, signal) => listVariables(variables, project, signal),
    hidesVariables: async signal => (await listEntries(variables, signal)).hidden > 0,
    listVariablesChangedSince: async (time, signal) =>
      (await listEntries(variables, signal)).entries.filter(({ updatedAt }) => updatedAt > time).map(({ key }) => key),
    findLastVariableChange: async signal => {
      try {
        const { entries } = await listEntries(variables, signal);
        return Math.max(0, ...entries.map(({ updatedAt }) => updatedAt));
      } catch (error) {
        const mayHaveChanged = error instanceof Refused && error.findings[0]?.code === stepUpRequired.code;
        if (mayHaveChanged) return Number.POSITIVE_INFINITY;
        throw error;
      }
    },
    readBuildLog: async (id, signal) => {
      const events = await api(z.array(eventSchema), {
        method: 'GET',
        path: path(`/v3/deployments/${encodeURIComponent(id)}/events`, {
          builds: '1',
          direction: 'forward',
          follow: '0',
          limit: '-1',
        }),
        what: `the build log of ${id}`,
        signal,
      });
      return events
        .filter(({ type }) => ['stdout', 'stderr', 'fatal', 'exit', 'command'].includes(type))
        .map(event => event.text ?? event.payload?.text ?? '')
        .filter(text => text.trim() !== '');
    },
  };
}

/** vercel/vercel packages/cli/src/util/env/challenge-recovery.ts: a person has to log in again, in a terminal. */
const stepUpCodes = /^(?:challenge_required|user_auth_required)/;

function readError(body: unknown): z.infer<typeof errorSchema> | undefined {
  const { error, err, ...bare } = errorBodySchema.safeParse(body).data ?? {};
  return error ?? err ?? errorSchema.safeParse(bare).data;
}

/** Vercel takes the id of a team and its slug, each by a name of its own (@vercel/sdk, every request). */
function nameTeam({ team }: VercelService): Record<string, string> {
  if (team === undefined) return {};
  return team.startsWith('team_') ? { teamId: team } : { slug: team };
}
