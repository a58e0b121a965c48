import * as z from 'zod';
import { createApi } from '../../clients/api/api.ts';
import { readToken } from '../../clients/api/token.ts';
import type { RenderService } from '../../config/schema/services.ts';
import type { PlatformDependencies, PlatformVariable } from '../platform.ts';

const errorSchema = z.looseObject({ message: z.string().optional() });

/** render-oss/cli pkg/client/client_gen.go, Deploy: what is used of it. */
export const deploySchema = z.looseObject({
  id: z.string(),
  status: z.string().default('created'),
  trigger: z.string().optional(),
  createdAt: z.string().optional(),
  commit: z.looseObject({ id: z.string().optional() }).nullish(),
  image: z.looseObject({ ref: z.string().optional(), sha: z.string().optional() }).nullish(),
});

export const serviceSchema = z.looseObject({
  id: z.string(),
  name: z.string().default(''),
  ownerId: z.string().default(''),
  type: z.string().default(''),
  autoDeploy: z.string().optional(),
  /** `off`, `commit` or `checksPass`. */
  autoDeployTrigger: z.string().optional(),
  suspended: z.string().optional(),
});

const deploysSchema = z.array(z.looseObject({ deploy: deploySchema }));
const variablesSchema = z.array(
  z.looseObject({ cursor: z.string(), envVar: z.looseObject({ key: z.string(), value: z.string() }) }),
);
/** render-oss/cli pkg/client/types_gen.go, EnvGroupMeta and EnvGroup. */
export const groupsSchema = z.array(
  z.looseObject({
    cursor: z.string(),
    envGroup: z.looseObject({ id: z.string(), serviceLinks: z.array(z.looseObject({ id: z.string() })).default([]) }),
  }),
);
export const groupSchema = z.looseObject({
  envVars: z.array(z.looseObject({ key: z.string(), value: z.string() })).default([]),
});
export const logsSchema = z.looseObject({ logs: z.array(z.looseObject({ message: z.string() })).default([]) });

export type RenderDeploy = z.infer<typeof deploySchema>;
export type RenderSettings = z.infer<typeof serviceSchema>;

/** What to deploy: a commit, or an image where the service runs one. */
export interface Source {
  commitId?: string;
  imageUrl?: string;
}

/** Render's API for one service. Every method throws as `Api` does. */
export interface RenderApi {
  readService(signal: AbortSignal): Promise<RenderSettings>;
  readDeploy(id: string, signal: AbortSignal): Promise<RenderDeploy>;
  /** The newest first; only those of `status` if given. */
  listDeploys(signal: AbortSignal, status?: string): Promise<RenderDeploy[]>;
  /** Undefined if Render queued the deploy without telling its id. */
  createDeploy(source: Source, signal: AbortSignal): Promise<RenderDeploy | undefined>;
  cancelDeploy(id: string, signal: AbortSignal): Promise<void>;
  /** Makes a new deploy from the artifact of an earlier one. */
  rollBack(id: string, signal: AbortSignal): Promise<RenderDeploy>;
  /** `off`, `commit` or `checksPass`. */
  setAutoDeploys(trigger: string, signal: AbortSignal): Promise<void>;
  listVariables(signal: AbortSignal): Promise<PlatformVariable[]>;
  /** The last lines of the build or of the application, the oldest first. */
  readLog(owner: string, since: string | undefined, type: 'build' | 'app', signal: AbortSignal): Promise<string[]>;
}

/** The longest page of a list (render-oss/cli pkg/client). */
const perPage = 100;
const mostLogLines = 40;

export function createRenderApi(
  { service: id }: Pick<RenderService, 'service'>,
  { context, timeout = 30_000 }: PlatformDependencies,
): RenderApi {
  const token = readToken(context, 'RENDER_API_KEY', 'Render');
  const api = createApi(
    {
      name: 'Render',
      // Render's CLI has the same variable, with a value that ends with /v1/ (render-oss/cli pkg/cfg/cfg.go).
      baseUrl: (context.variables.RENDER_HOST || 'https://api.render.com/v1/').replace(/\/+$/, ''),
      headers: { authorization: `Bearer ${token}` },
      variable: 'RENDER_API_KEY',
      tokenHelp:
        'Create an API key under Account Settings → API Keys on Render, and store it as the secret RENDER_API_KEY.',
      findMessage: body => errorSchema.safeParse(body).data?.message,
      timeout,
    },
    context,
  );
  const service = `/services/${encodeURIComponent(id)}`;
  const theService = `the service ${id}`;

  const listAll = async <Item extends { cursor: string }>(
    schema: z.ZodType<Item[]>,
    list: string,
    what: string,
    signal: AbortSignal,
  ): Promise<Item[]> => {
    const all: Item[] = [];
    for (let cursor = ''; ; ) {
      const query = new URLSearchParams({ limit: String(perPage), ...(cursor && { cursor }) });
      const path = `${list}${list.includes('?') ? '&' : '?'}${query}`;
      const page = await api(schema, { method: 'GET', path, what, signal });
      all.push(...page);
      cursor = page.at(-1)?.cursor ?? '';
      if (page.length < perPage) return all;
    }
  };

  const readGroup = async (group: string, signal: AbortSignal) => {
    const path = `/env-groups/${encodeURIComponent(group)}`;
    return (await api(groupSchema, { method: 'GET', path, what: `the environment group ${group}`, signal })).envVars;
  };

  return {
    readService: signal => api(serviceSchema, { method: 'GET', path: service, what: theService, signal }),
    readDeploy: (deploy, signal) =>
      api(deploySchema, {
        method: 'GET',
        path: `${service}/deploys/${encodeURIComponent(deploy)}`,
        what: `the deploy ${deploy} of ${theService}`,
        signal,
      }),
    listDeploys: async (signal, status) => {
      const query = new URLSearchParams({ limit: '20', ...(status && { status }) });
      const path = `${service}/deploys?${query}`;
      const list = await api(deploysSchema, { method: 'GET', path, what: `the deploys of ${theService}`, signal });
      return list.map(({ deploy }) => deploy);
    },
    createDeploy: async (source, signal) =>
      // 202 means queued, and can come without a body.
      (await api(deploySchema.optional(), {
        method: 'POST',
        path: `${service}/deploys`,
        what: `a deploy of ${theService}`,
        body: source,
        signal,
      })) ?? undefined,
    cancelDeploy: async (deploy, signal) => {
      await api(z.unknown(), {
        method: 'POST',
        path: `${service}/deploys/${encodeURIComponent(deploy)}/cancel`,
        what: `the deploy ${deploy} of ${theService}`,
        repeatable: true,
        signal,
      });
    },
    rollBack: (deploy, signal) =>
      api(deploySchema, {
        method: 'POST',
        path: `${service}/rollback`,
        what: `the rollback of ${theService} to ${deploy}`,
        body: { deployId: deploy },
        signal,
      }),
    setAutoDeploys: async (autoDeployTrigger, signal) => {
      await api(z.unknown(), {
        method: 'PATCH',
        path: service,
        what: `the automatic deploys of ${theService}`,
        body: { autoDeployTrigger },
        repeatable: true,
        signal,
      });
    },
    listVariables: async signal => {
      const { ownerId } = await api(serviceSchema, { method: 'GET', path: service, what: theService, signal });
      const [own, groups] = await Promise.all([
        listAll(variablesSchema, `${service}/env-vars`, `the variables of ${theService}`, signal),
        listAll(groupsSchema, `/env-groups?ownerId=${encodeURIComponent(ownerId)}`, 'the environment groups', signal),
      ]);
      const linked = groups.filter(({ envGroup }) => envGroup.serviceLinks.some(link => link.id === id));
      const ofGroups = await Promise.all(linked.map(({ envGroup }) => readGroup(envGroup.id, signal)));
      // docs: Render, environment groups: the service's own variable wins.
      const all = [...ofGroups.flat(), ...own.map(({ envVar }) => envVar)];
      return [...new Map(all.map(({ key, value }) => [key, value]))].map(([name, value]) => ({ name, value }));
    },
    readLog: async (owner, since, type, signal) => {
      const query = new URLSearchParams({
        ownerId: owner,
        resource: id,
        direction: 'backward',
        limit: String(mostLogLines),
        type,
        ...(since && { startTime: since }),
      });
      const path = `/logs?${query}`;
      const { logs } = await api(logsSchema, { method: 'GET', path, what: `the log of ${theService}`, signal });
      return logs.map(({ message }) => message).toReversed();
    },
  };
}
