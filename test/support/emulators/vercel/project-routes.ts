import { type Answer, type EmulatorRequest, type Route, route } from '../http.ts';
import { textOf } from '../values.ts';
import { type AliasJob, isUnderWay } from './alias-job.ts';
import type { VercelDeployment } from './deployment.ts';
import { refuse } from './errors.ts';
import { aliasView, projectView, rollingReleaseView } from './present.ts';
import type { ProjectVariable, VercelProject } from './project.ts';
import type { Scope } from './scope.ts';

export function projectRoutes(scope: Scope): Route[] {
  const projectOf = (request: EmulatorRequest): VercelProject => {
    const wanted = request.params.project;
    const project = scope.projects.find(({ id, name }) => id === wanted || name === wanted);
    if (project === undefined) throw refuse(404, 'not_found', 'Project not found.');
    return project;
  };
  const targetOf = (request: EmulatorRequest): VercelDeployment => {
    const target = projectOf(request).deployments.find(({ id }) => id === request.params.deployment);
    if (target === undefined) throw refuse(404, 'not_found', 'The deployment could not be found');
    return target;
  };
  const rollback = (request: EmulatorRequest): Answer => {
    const description = textOf(request.body.description) ?? request.query.get('description') ?? undefined;
    projectOf(request).rollback(targetOf(request), description);
    return { status: 201 };
  };
  const promote = (request: EmulatorRequest): Answer => {
    projectOf(request).promote(targetOf(request));
    return { status: 201 };
  };
  const aliasesOf = (type: AliasJob['type']) => (request: EmulatorRequest) =>
    movedAliases(projectOf(request), type, request);

  return [
    route('GET /v9/projects/:project', request => {
      const withRollback = request.query.get('rollbackInfo') === 'true';
      return ok(projectView(projectOf(request), scope.teamId, withRollback));
    }),
    route('PATCH /v9/projects/:project', request => {
      const project = projectOf(request);
      const { autoAssignCustomDomains } = request.body;
      if (typeof autoAssignCustomDomains === 'boolean') project.autoAssignCustomDomains = autoAssignCustomDomains;
      return ok(projectView(project, scope.teamId, false));
    }),
    route('GET /v1/projects/:project/rolling-release', request => ok(rollingReleaseView(projectOf(request)))),
    route('GET /v1/env', request => sharedVariables(scope, request)),
    route('GET /v9/projects/:project/domains', request => domains(projectOf(request))),
    route('GET /v10/projects/:project/env', request => variables(projectOf(request), request)),
    route('GET /v1/projects/:project/env/:id', request => variable(projectOf(request), request)),
    route('POST /v1/projects/:project/rollback/:deployment', rollback),
    route('POST /v9/projects/:project/rollback/:deployment', rollback),
    route('PATCH /v1/projects/:project/rollback/:deployment/update-description', request => {
      const description = textOf(request.body.description);
      if (description === undefined || description.length > 250) {
        throw refuse(400, 'bad_request', 'Invalid request: `description` should NOT be longer than 250 characters.');
      }
      projectOf(request).describeRollback(description);
      return { status: 200 };
    }),
    route('POST /v10/projects/:project/promote/:deployment', promote),
    ...['v1', 'v9'].flatMap(version => [
      route(`GET /${version}/projects/:project/rollback/aliases`, aliasesOf('rollback')),
      route(`GET /${version}/projects/:project/promote/aliases`, aliasesOf('promote')),
    ]),
    route('GET /v4/aliases/:alias', request => {
      const { alias = '' } = request.params;
      for (const project of scope.projects) {
        const deployment = project.aliases.get(alias);
        if (deployment !== undefined) return ok(aliasView(alias, deployment, project));
      }
      throw refuse(404, 'not_found', 'The alias could not be found');
    }),
  ];
}

function domains(project: VercelProject): Answer {
  const all = [...project.domains.keys()].map(name => ({
    name,
    apexName: name.split('.').slice(-2).join('.'),
    projectId: project.id,
    redirect: null,
    redirectStatusCode: null,
    gitBranch: null,
    customEnvironmentId: null,
    verified: true,
    createdAt: project.createdAt,
    updatedAt: project.createdAt,
  }));
  return ok({ domains: all, pagination: { count: all.length, next: null, prev: null } });
}

/** What is known of the last job per domain: vercel/vercel packages/cli/src/commands/rollback/status.ts. */
function movedAliases(project: VercelProject, type: AliasJob['type'], { query }: EmulatorRequest): Answer {
  const job = project.lastAliasRequest;
  const statusOf = (domain: string) => {
    if (project.failedAliases.has(domain)) return 'failed';
    return isUnderWay(job) ? job?.jobStatus : 'completed';
  };
  const moved = job?.type === type ? [...project.domains.keys()] : [];
  const shown = moved
    .map(domain => ({
      alias: { alias: domain, deploymentId: job?.toDeploymentId },
      id: `als_${domain.replaceAll('.', '')}`,
      status: statusOf(domain),
    }))
    .filter(({ status }) => query.get('failedOnly') !== 'true' || status === 'failed');
  return ok({ aliases: shown, pagination: { count: shown.length, next: null, prev: null } });
}

function variables(project: VercelProject, { query }: EmulatorRequest): Answer {
  const target = query.get('target');
  const envs = (project.options.env ?? [])
    .map((variable, index) => ({
      ...variableView(project, variable, index),
      value: shownValue(variable.type ?? 'encrypted', variable.value),
    }))
    .filter(variable => target === null || variable.target.some(one => one === target));
  const { hiddenVariables } = project.options;
  return ok({ envs, ...(hiddenVariables && { hiddenProductionEnvCount: hiddenVariables }) });
}

/** @vercel/sdk, listsharedenvvariableop.ts. */
function sharedVariables(scope: Scope, { query }: EmulatorRequest): Answer {
  const wanted = query.get('projectId');
  const project = scope.projects.find(({ id, name }) => id === wanted || name === wanted);
  if (project === undefined) throw refuse(404, 'not_found', 'Project not found.');
  const data = (project.options.sharedEnv ?? []).map((variable, index) => ({
    ...variableView(project, variable, index),
    id: `env_shared_${index}`,
    value: shownValue(variable.type ?? 'encrypted', variable.value),
    projectId: [project.id],
  }));
  return ok({ data, pagination: { count: data.length, next: null, prev: null } });
}

/** One by its id comes decrypted, unless it is sensitive. */
function variable(project: VercelProject, { params }: EmulatorRequest): Answer {
  const index = (project.options.env ?? []).findIndex((_, at) => params.id === `env_${at}`);
  const found = project.options.env?.[index];
  if (!found) throw refuse(404, 'not_found', 'Environment Variable not found.');
  const readable = found.type !== 'sensitive';
  return ok({ ...variableView(project, found, index), decrypted: readable, value: readable ? found.value : '' });
}

function variableView(project: VercelProject, variable: ProjectVariable, index: number) {
  const { key, type = 'encrypted', target, updatedAt = project.createdAt } = variable;
  return {
    id: `env_${index}`,
    key,
    type,
    target: target ?? ['production'],
    configurationId: null,
    decrypted: type === 'plain',
    securityIssues: [],
    createdAt: project.createdAt,
    updatedAt,
  };
}

/** The list shows plain values, ciphertext of encrypted ones, and nothing of sensitive ones. */
function shownValue(type: string, value: string): string {
  if (type === 'plain') return value;
  return type === 'sensitive' ? '' : Buffer.from(`ciphertext of ${value.length} characters`).toString('base64');
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}
