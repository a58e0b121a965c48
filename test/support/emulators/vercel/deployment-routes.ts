import { type Answer, type EmulatorRequest, type Route, route } from '../http.ts';
import { recordOf, textOf, textsOf } from '../values.ts';
import type { DeploymentRequest, VercelDeployment } from './deployment.ts';
import { refuse } from './errors.ts';
import { deploymentView, listedDeploymentView } from './present.ts';
import type { VercelProject } from './project.ts';
import type { Scope } from './scope.ts';

interface Found {
  deployment: VercelDeployment;
  project: VercelProject;
}

export function deploymentRoutes(scope: Scope): Route[] {
  const find = (idOrHost: string): Found | undefined => {
    for (const project of scope.projects) {
      const deployment = project.find(idOrHost);
      if (deployment !== undefined) return { deployment, project };
    }
    return undefined;
  };
  const foundBy = (request: EmulatorRequest): Found => {
    const { id = '' } = request.params;
    if (!id.startsWith('dpl_') && !id.includes('.')) {
      throw refuse(400, 'bad_request', 'Invalid request: `id` should be a deployment id or a hostname.');
    }
    const found = find(id);
    if (found === undefined) throw refuse(404, 'not_found', 'The deployment could not be found', { id });
    return found;
  };
  const view = ({ deployment, project }: Found) => ok(deploymentView(deployment, project, scope.teamId));
  const files = new Set<string>();
  const list = (request: EmulatorRequest) => listDeployments(scope, request);

  return [
    route('GET /v13/deployments/:id', request => view(foundBy(request))),
    route('POST /v2/files', request => {
      files.add(textOf(request.headers['x-now-digest']) ?? '');
      return ok({ urls: [] });
    }),
    route('POST /v13/deployments', request => {
      const missing = digestsOf(request).filter(digest => !files.has(digest));
      if (missing.length > 0) throw refuse(400, 'missing_files', 'Missing files', { missing });
      const project = projectFor(scope, request, find);
      const deployment = project.deploy(requestFor(project, request, find));
      return view({ deployment, project });
    }),
    route('PATCH /v12/deployments/:id/cancel', request => {
      const found = foundBy(request);
      if (!['QUEUED', 'INITIALIZING', 'BUILDING'].includes(found.deployment.state)) {
        throw refuse(400, 'bad_request', `The deployment is ${found.deployment.state} and can no longer be canceled.`);
      }
      found.deployment.cancel();
      return view(found);
    }),
    route('GET /v6/deployments', list),
    route('GET /v7/deployments', list),
    route('GET /v3/deployments/:id/events', request => events(foundBy(request), request)),
    route('GET /v11/deployments/:id/builds', () => ok({ builds: [] })),
  ];
}

/** By what the files of a deployment are told apart; those of a git source and inlined ones have none. */
function digestsOf({ body }: EmulatorRequest): string[] {
  const { files } = body;
  if (!Array.isArray(files)) return [];
  return files.flatMap((file: unknown) => textOf(recordOf(file).sha) ?? []);
}

/** A redeploy belongs to the project of its deployment; everything else names its project. */
function projectFor(
  scope: Scope,
  request: EmulatorRequest,
  find: (idOrHost: string) => Found | undefined,
): VercelProject {
  const { body } = request;
  const again = textOf(body.deploymentId);
  if (again !== undefined) {
    const found = find(again);
    if (found === undefined) throw refuse(404, 'not_found', 'The deployment could not be found', { id: again });
    return found.project;
  }
  if (textOf(body.name) === undefined)
    throw refuse(400, 'bad_request', 'Invalid request: missing required property `name`.');
  const wanted = textOf(body.project) ?? textOf(body.name);
  const project = scope.projects.find(({ id, name }) => id === wanted || name === wanted);
  if (project === undefined) throw refuse(404, 'not_found', 'Project not found.');
  return project;
}

function requestFor(
  project: VercelProject,
  { body }: EmulatorRequest,
  find: (idOrHost: string) => Found | undefined,
): DeploymentRequest {
  const target = body.target === 'production' ? 'production' : null;
  const autoAssignCustomDomains = body.autoAssignCustomDomains !== false;
  const common = { project: project.name, target, autoAssignCustomDomains } as const;

  const again = find(textOf(body.deploymentId) ?? '');
  if (again !== undefined) {
    const { commit, ref, meta } = again.deployment.request;
    return { ...common, commit, ref, source: 'redeploy', meta: { ...meta, ...textsOf(body.meta) } };
  }
  const git = recordOf(body.gitSource);
  const commit = textOf(git.sha) ?? textOf(recordOf(body.gitMetadata).commitSha) ?? textsOf(body.meta).githubCommitSha;
  const ref = textOf(git.ref) ?? 'main';
  if (commit === undefined) throw refuse(400, 'bad_request', 'Invalid request: `gitSource` or `files` is required.');
  const meta = { githubCommitSha: commit, githubCommitRef: ref, ...textsOf(body.meta) };
  const source = body.gitSource === undefined ? 'cli' : 'api-trigger-git-deploy';
  return { ...common, commit, ref, source, meta };
}

/** Filters and pages as GET /v7/deployments does: newest first, `until` is the `next` of the page before. */
function listDeployments(scope: Scope, { query }: EmulatorRequest): Answer {
  const is = (name: string, value: string | undefined) => {
    const wanted = query.get(name);
    return wanted === null || (value !== undefined && wanted.split(',').includes(value));
  };
  const until = Number(query.get('until') ?? Number.POSITIVE_INFINITY);
  const limit = Math.min(Number(query.get('limit') ?? '20'), 100);
  const wantedProject = query.get('projectId') ?? query.get('projectIds') ?? query.get('app');

  const matching = scope.projects
    .filter(({ id, name }) => wantedProject === null || wantedProject === id || wantedProject === name)
    .flatMap(project => project.deployments.map(deployment => ({ project, deployment })))
    .filter(({ project, deployment }) => {
      const { request } = deployment;
      const candidate = String(project.rollbackCandidates.includes(deployment));
      const meta = [...query].every(([key, value]) => !key.startsWith('meta-') || request.meta[key.slice(5)] === value);
      return (
        is('target', request.target ?? 'preview') &&
        is('state', deployment.state) &&
        is('sha', request.commit) &&
        is('branch', request.ref) &&
        is('rollbackCandidate', candidate) &&
        meta
      );
    })
    .toReversed();
  const pageable = matching.filter(({ deployment }) => deployment.createdAt <= until);
  // Deployments of the same millisecond stay on one page: `until` cannot separate them.
  const edge = pageable[limit - 1]?.deployment.createdAt;
  const page = pageable.filter(({ deployment }, index) => index < limit || deployment.createdAt === edge);
  const next = pageable[page.length]?.deployment.createdAt ?? null;
  return ok({
    deployments: page.map(({ deployment, project }) => listedDeploymentView(deployment, project)),
    pagination: { count: page.length, next, prev: page[0]?.deployment.createdAt ?? null },
  });
}

/** The build log: a JSON array, or one JSON text per line for a client that asks for a stream. */
function events({ deployment }: Found, request: EmulatorRequest): Answer {
  const lines = deployment.log.entries.map(({ at, text }, index) => ({
    type: text.startsWith('Error') ? 'stderr' : 'stdout',
    created: at.getTime(),
    date: at.getTime(),
    deploymentId: deployment.id,
    id: String(index),
    text,
    serial: String(index),
    info: { type: 'build', name: 'bld_1', entrypoint: '.' },
    payload: { deploymentId: deployment.id, text, date: at.getTime(), id: String(index), serial: String(index) },
  }));
  const ordered = request.query.get('direction') === 'backward' ? lines.toReversed() : lines;
  const streams = request.query.get('follow') === '1' || request.headers.accept === 'application/stream+json';
  if (!streams) return ok(ordered);
  const text = ordered.map(line => `${JSON.stringify(line)}\n`).join('');
  return { status: 200, text, headers: { 'content-type': 'application/stream+json' } };
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}
