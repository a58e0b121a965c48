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
  type VercelDeployment,
  type VercelProject,
  variableSchema,
  variablesSchema,
} from './answers.ts';

export interface NewDeployment {
  project: VercelProject;
  repository: string;
  /** The branch or tag, or the commit itself. */
  ref: string;
  commit: string;
  /** Keeps it off the production domains. */
  staged: boolean;
  /** Finds it again when the answer is lost. */
  key: string;
}

/** What is asked of Vercel for one project. All of it throws as `Api` does. */
export interface VercelApi {
  project(signal: AbortSignal): Promise<VercelProject>;
  alias(domain: string, signal: AbortSignal): Promise<Alias>;
  deployment(id: string, signal: AbortSignal): Promise<VercelDeployment>;
  /** The newest deployments to production. */
  productionDeployments(project: VercelProject, signal: AbortSignal): Promise<VercelDeployment[]>;
  create(deployment: NewDeployment, signal: AbortSignal): Promise<VercelDeployment>;
  cancel(id: string, signal: AbortSignal): Promise<void>;
  promote(project: VercelProject, id: string, signal: AbortSignal): Promise<void>;
  rollback(project: VercelProject, id: string, description: string, signal: AbortSignal): Promise<void>;
  /** The domains that could not be moved. */
  failedAliases(project: VercelProject, job: AliasJob, signal: AbortSignal): Promise<string[]>;
  buildLog(id: string, signal: AbortSignal): Promise<string[]>;
  /** Those of production. An encrypted one has to be read by itself, a sensitive one cannot be. */
  variables(signal: AbortSignal): Promise<PlatformVariable[]>;
  /** When one of them was changed last; milliseconds since the epoch. One that was removed leaves no trace. */
  variablesChangedAt(signal: AbortSignal): Promise<number>;
}

/** The key in a deployment's `meta` that a deploy marks its own with. */
export const metaKey = 'releaseGates';
/** The key of the commit in the `meta` of what is kept off the domains until its promotion. */
export const stagedKey = 'releaseGatesStaged';

/** What a deployment is found again by. */
export function metaOf({ key, staged, commit }: NewDeployment): Record<string, string> {
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
      tokenHelp: `Make a token at vercel.com/account/tokens with the scope${whose || ' of the team, and name the team as `team`'}, and store it as the secret VERCEL_TOKEN.`,
      messageOf: body => {
        const { error, err, ...bare } = errorBodySchema.safeParse(body).data ?? {};
        return (error ?? err ?? errorSchema.safeParse(bare).data)?.message;
      },
      timeout,
    },
    context,
  );
  const path = (route: string, query: Record<string, string> = {}) => {
    const all = new URLSearchParams({ ...query, ...(service.team && { teamId: service.team }) }).toString();
    return all ? `${route}?${all}` : route;
  };
  const projectId = encodeURIComponent(service.project);
  const theProject = `the project ${service.project}${whose}`;

  /** docs: Vercel REST API, retrieve the decrypted value of an environment variable. */
  const decrypted = async (id: string, name: string, signal: AbortSignal): Promise<string | undefined> => {
    try {
      const { value } = await api(variableSchema, {
        method: 'GET',
        path: path(`/v1/projects/${projectId}/env/${encodeURIComponent(id)}`),
        what: `the variable ${name} of ${theProject}`,
        signal,
      });
      return value ?? undefined;
    } catch (error) {
      if (error instanceof Refused) return undefined; // the token may list it and not read it
      throw error;
    }
  };

  const listVariables = async (signal: AbortSignal) => {
    const { envs } = await api(variablesSchema, {
      method: 'GET',
      path: path(`/v10/projects/${projectId}/env`, { target: 'production' }),
      what: `the variables of ${theProject}`,
      signal,
    });
    return envs;
  };

  return {
    project: signal =>
      api(projectSchema, {
        method: 'GET',
        path: path(`/v9/projects/${projectId}`, { rollbackInfo: 'true' }),
        what: theProject,
        signal,
      }),
    alias: (domain, signal) =>
      api(aliasSchema, {
        method: 'GET',
        path: path(`/v4/aliases/${encodeURIComponent(domain)}`),
        what: `the domain ${domain} of ${theProject}`,
        signal,
      }),
    deployment: (id, signal) =>
      api(deploymentSchema, {
        method: 'GET',
        path: path(`/v13/deployments/${encodeURIComponent(id)}`),
        what: `the deployment ${id}`,
        signal,
      }),
    productionDeployments: async (project, signal) => {
      const { deployments } = await api(z.looseObject({ deployments: z.array(deploymentSchema) }), {
        method: 'GET',
        path: path('/v6/deployments', { projectId: project.id, target: 'production', limit: '20' }),
        what: `the deployments of ${theProject}`,
        signal,
      });
      return deployments;
    },
    create: (wanted, signal) => {
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
          meta: metaOf(wanted),
          ...(staged && { autoAssignCustomDomains: false }),
        },
        signal,
      });
    },
    cancel: async (id, signal) => {
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
    rollback: async (project, id, description, signal) => {
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
    failedAliases: async (project, job, signal) => {
      const { aliases } = await api(jobAliasesSchema, {
        method: 'GET',
        path: path(`/v9/projects/${project.id}/${job}/aliases`, { failedOnly: 'true', limit: '20' }),
        what: `the domains of ${theProject}`,
        signal,
      });
      return aliases.filter(({ status }) => status === 'failed').map(({ alias }) => alias.alias);
    },
    variables: async (signal): Promise<PlatformVariable[]> =>
      (await listVariables(signal)).map(({ id, key, value, type }) => ({
        name: key,
        ...(type === 'plain' && typeof value === 'string' && { value }),
        ...(type === 'encrypted' && id !== undefined && { read: signal => decrypted(id, key, signal) }),
      })),
    variablesChangedAt: async signal => Math.max(0, ...(await listVariables(signal)).map(({ updatedAt }) => updatedAt)),
    buildLog: async (id, signal) => {
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
