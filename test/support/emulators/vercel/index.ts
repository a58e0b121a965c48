import { Background } from '../background.ts';
import { type Fault, type RecordedRequest, serve } from '../http.ts';
import { accountRoutes } from './account-routes.ts';
import type { VercelDelays } from './deployment.ts';
import { deploymentRoutes } from './deployment-routes.ts';
import { vercelError } from './errors.ts';
import { VercelProject, type VercelProjectOptions } from './project.ts';
import { projectRoutes } from './project-routes.ts';
import { authorize, type Scope } from './scope.ts';

export type { VercelDelays, VercelDeployment } from './deployment.ts';
export type { VercelProject, VercelProjectOptions } from './project.ts';

export interface VercelOptions {
  /** By name. */
  projects: Record<string, VercelProjectOptions>;
  token: string;
  /** The team that owns the projects; without it they are the user's own. */
  teamId?: string;
  delays?: VercelDelays;
  faults?: Fault[];
}

export interface VercelEmulator {
  apiUrl: string;
  /** The local address behind a production domain. */
  domain(name: string): { url: string };
  /** By name or id. @throws TypeError for a project that is not emulated. */
  project(nameOrId: string): VercelProject;
  requests: RecordedRequest[];
  fail(fault: Fault): void;
  /** Keeps deployments in their states until what is returned is called. */
  hold(): () => void;
  stop(): Promise<void>;
}

/** Vercel: deployments, aliases, promotion and instant rollback, with deployments that are processes. */
export async function startVercel(options: VercelOptions): Promise<VercelEmulator> {
  const background = new Background();
  const delays = { queue: 5, initialize: 5, build: 10, assign: 20, alias: 20, ...options.delays };
  const projects: VercelProject[] = [];
  for (const [name, projectOptions] of Object.entries(options.projects)) {
    projects.push(await VercelProject.start(name, projectOptions, delays, background));
  }

  const scope: Scope = { projects, token: options.token, teamId: options.teamId };
  const server = await serve({
    routes: [...deploymentRoutes(scope), ...projectRoutes(scope), ...accountRoutes(scope)],
    authorize: request => authorize(request, scope),
    notFound: () => vercelError(404, 'not_found', 'The requested resource was not found'),
    malformed: () => vercelError(400, 'bad_request', 'Invalid JSON'),
    headers: () => ({ 'x-vercel-id': 'fra1::emulator' }),
  });
  for (const fault of options.faults ?? []) server.fail(fault);

  return {
    apiUrl: server.url,
    domain(name) {
      const domain = projects.map(project => project.domains.get(name)).find(found => found !== undefined);
      if (domain === undefined) throw new TypeError(`No domain ${name} is emulated.`);
      return { url: domain.url };
    },
    project(nameOrId) {
      const project = projects.find(({ id, name }) => id === nameOrId || name === nameOrId);
      if (project === undefined) throw new TypeError(`No project ${nameOrId} is emulated.`);
      return project;
    },
    requests: server.requests,
    fail: server.fail,
    hold: () => background.hold(),
    async stop() {
      background.abort();
      await server.stop();
      await Promise.all(projects.map(project => project.stop()));
      await background.stop();
    },
  };
}
