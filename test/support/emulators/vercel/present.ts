import type { VercelDeployment } from './deployment.ts';
import type { VercelProject } from './project.ts';

export const USER = { id: 'usr_deployer', uid: 'usr_deployer', username: 'deployer', email: 'deployer@example.com' };
const { id: _id, ...CREATOR } = USER;

function substate(deployment: VercelDeployment): { readySubstate?: string } {
  if (deployment.state !== 'READY') return {};
  return { readySubstate: deployment.promoted ? 'PROMOTED' : 'STAGED' };
}

function aliasesOf(deployment: VercelDeployment, project: VercelProject): string[] {
  const production = [...project.aliases].flatMap(([name, to]) => (to === deployment ? [name] : []));
  return deployment.aliasAssigned === false ? [] : [...production, `${project.name}-git-main-acme.vercel.app`];
}

function errorOf({ error }: VercelDeployment): object {
  return error === undefined ? {} : { errorCode: error.code, errorMessage: error.message, errorStep: error.step };
}

/** Checks of the first version have a conclusion; those of the second keep the domains back by `deployment-alias`. */
function checksOf({ checks }: VercelDeployment): object {
  if (checks === undefined) return {};
  const { conclusion, blocking } = checks;
  const state = blocking ? 'failed' : 'succeeded';
  return { checksState: 'completed', checksConclusion: conclusion, checks: { 'deployment-alias': { state } } };
}

/** GET /v13/deployments/{id}: vercel/vercel internals/types, Deployment. */
export function deploymentView(
  deployment: VercelDeployment,
  project: VercelProject,
  teamId: string | undefined,
): object {
  const { request } = deployment;
  return {
    id: deployment.id,
    url: deployment.address,
    name: project.name,
    projectId: project.id,
    project: { id: project.id, name: project.name, framework: null },
    ownerId: teamId ?? USER.id,
    ...(teamId === undefined ? {} : { team: { id: teamId, name: 'Acme', slug: 'acme' } }),
    creator: { uid: USER.uid, username: USER.username },
    target: request.target,
    source: request.source,
    meta: request.meta,
    gitSource: { type: 'github', sha: request.commit, ref: request.ref, repoId: 1 },
    readyState: deployment.state,
    status: deployment.state,
    ...(deployment.reason && { readyStateReason: deployment.reason }),
    ...checksOf(deployment),
    ...substate(deployment),
    alias: aliasesOf(deployment, project),
    aliasAssigned: deployment.aliasAssigned !== false,
    aliasAssignedAt: deployment.aliasAssigned === false ? null : deployment.aliasAssigned,
    aliasError: null,
    autoAssignCustomDomains: request.autoAssignCustomDomains,
    createdAt: deployment.createdAt,
    buildingAt: deployment.buildingAt ?? deployment.createdAt,
    ready: deployment.readyAt,
    canceledAt: deployment.canceledAt,
    ...errorOf(deployment),
    inspectorUrl: inspectorOf(deployment, project),
    plan: project.options.plan ?? 'pro',
    projectSettings: {},
    public: false,
    regions: ['fra1'],
    routes: [],
    build: { env: [] },
    env: [],
    type: 'LAMBDAS',
    version: 2,
    createdIn: 'fra1',
    bootedAt: deployment.createdAt,
    buildSkipped: false,
    isInConcurrentBuildsQueue: false,
    isInSystemBuildsQueue: false,
  };
}

/** An item of GET /v7/deployments: it has `uid` where a single deployment has `id`. */
export function listedDeploymentView(deployment: VercelDeployment, project: VercelProject): object {
  const { request } = deployment;
  return {
    uid: deployment.id,
    name: project.name,
    projectId: project.id,
    url: deployment.address,
    created: deployment.createdAt,
    createdAt: deployment.createdAt,
    buildingAt: deployment.buildingAt ?? deployment.createdAt,
    ready: deployment.readyAt,
    source: request.source,
    state: deployment.state,
    readyState: deployment.state,
    ...substate(deployment),
    type: 'LAMBDAS',
    creator: CREATOR,
    meta: request.meta,
    target: request.target,
    aliasAssigned: deployment.aliasAssigned,
    aliasError: null,
    isRollbackCandidate: project.rollbackCandidates.includes(deployment),
    inspectorUrl: inspectorOf(deployment, project),
    ...errorOf(deployment),
  };
}

/** GET /v9/projects/{idOrName}. */
export function projectView(project: VercelProject, teamId: string | undefined, withRollback: boolean): object {
  const { productionTarget } = project;
  const target = productionTarget === undefined ? undefined : targetView(productionTarget, project);
  return {
    id: project.id,
    name: project.name,
    accountId: teamId ?? USER.id,
    createdAt: project.createdAt,
    updatedAt: Date.now(),
    framework: null,
    nodeVersion: '24.x',
    live: true,
    autoAssignCustomDomains: project.autoAssignCustomDomains,
    ...(project.options.link && { link: project.options.link }),
    alias: [...project.aliases].map(([domain, deployment]) => ({
      domain,
      target: 'PRODUCTION',
      environment: 'production',
      configuredBy: 'A',
      createdAt: project.createdAt,
      deployment: targetView(deployment, project),
    })),
    targets: target === undefined ? {} : { production: target },
    latestDeployments: project.deployments.slice(-1).map(deployment => targetView(deployment, project)),
    lastRollbackTarget: project.lastRollbackTarget,
    ...(project.rollbackDescription === undefined ? {} : { rollbackDescription: project.rollbackDescription }),
    ...(withRollback ? { lastAliasRequest: project.lastAliasRequest } : {}),
    rollingRelease: project.options.rollingReleases ? rollingConfig : null,
    ...(project.options.repository && { link: linkTo(project.options.repository) }),
    protectionBypass: {},
    defaultResourceConfig: { functionDefaultRegions: ['fra1'] },
    resourceConfig: { functionDefaultRegions: ['fra1'] },
    deploymentExpiration: {},
    directoryListing: false,
  };
}

/** @vercel/sdk, `rollingRelease` of a project. */
const rollingConfig = {
  target: 'production',
  advancementType: 'manual-approval',
  stages: [
    { targetPercentage: 10, requireApproval: true },
    { targetPercentage: 100, requireApproval: false },
  ],
};

function linkTo(repository: string): object {
  const [org, repo] = repository.split('/');
  return { type: 'github', org, repo, repoId: 1, productionBranch: 'main', deployHooks: [] };
}

/** GET /v1/projects/{idOrName}/rolling-release: @vercel/sdk, getrollingreleaseop.ts. */
export function rollingReleaseView(project: VercelProject): object {
  const { canary, live } = project;
  if (canary === undefined) return { rollingRelease: null };
  const rollingRelease = {
    state: 'ACTIVE',
    substate: null,
    advancementType: rollingConfig.advancementType,
    currentDeployment: live && { id: live.id, name: project.name, url: live.address },
    canaryDeployment: { id: canary.id, name: project.name, url: canary.address },
    activeStage: { index: 0, targetPercentage: 10, requireApproval: true, duration: null, isFinalStage: false },
    nextStage: { index: 1, targetPercentage: 100, requireApproval: false, duration: null, isFinalStage: true },
    stages: [],
    queuedDeploymentId: null,
    startedAt: canary.createdAt,
    updatedAt: canary.createdAt,
  };
  return { rollingRelease };
}

function targetView(deployment: VercelDeployment, project: VercelProject): object {
  return {
    id: deployment.id,
    url: deployment.address,
    name: project.name,
    alias: aliasesOf(deployment, project),
    aliasAssigned: deployment.aliasAssigned,
    readyState: deployment.state,
    ...substate(deployment),
    target: deployment.request.target,
    meta: deployment.request.meta,
    createdAt: deployment.createdAt,
    readyAt: deployment.readyAt,
    type: 'LAMBDAS',
    plan: project.options.plan ?? 'pro',
    private: false,
    createdIn: 'fra1',
    creator: CREATOR,
    deploymentHostname: deployment.host.replace('.vercel.app', ''),
    userId: USER.id,
  };
}

/** GET /v4/aliases/{idOrAlias}: which deployment a domain leads to. */
export function aliasView(domain: string, deployment: VercelDeployment, project: VercelProject): object {
  return {
    uid: `als_${domain.replaceAll('.', '')}`,
    alias: domain,
    projectId: project.id,
    deploymentId: deployment.id,
    deployment: { id: deployment.id, url: deployment.address, meta: JSON.stringify(deployment.request.meta) },
    creator: CREATOR,
    created: new Date(project.createdAt).toISOString(),
    createdAt: project.createdAt,
    updatedAt: deployment.aliasAssigned === false ? project.createdAt : deployment.aliasAssigned,
    redirect: null,
    redirectStatusCode: null,
  };
}

function inspectorOf(deployment: VercelDeployment, project: VercelProject): string {
  return `https://vercel.com/acme/${project.name}/${deployment.id.slice('dpl_'.length)}`;
}
