import { randomUUID } from 'node:crypto';
import { ignoreNotFound } from '../../clients/api/errors.ts';
import type { VercelService } from '../../config/schema/services.ts';
import { explainError } from '../../core/errors.ts';
import { type Finding, found } from '../../core/finding.ts';
import { concludeChange, judgeFindings } from '../conclude-change.ts';
import type { Change, Platform, PlatformDependencies, Progress, Staging } from '../platform.ts';
import {
  assignsDomains,
  getCreated,
  getId,
  getState,
  isAssignmentOffBySetting,
  isBuilding,
  type VercelDeployment,
  type VercelProject,
} from './answers.ts';
import { createVercelApi, type NewDeployment, stagedKey } from './api.ts';
import { readAutoDeploys } from './auto-deploys.ts';
import { type Built, cancelBuild, waitUntilBuilt } from './deploying.ts';
import {
  assignmentChanged,
  assignmentRestored,
  autoAssignmentOff,
  notACandidate,
  promoted,
  stagedWentLive,
  stagingIgnored,
} from './findings.ts';
import { readLive, toDeployment, toUnfinished } from './live.ts';
import { moveDomains } from './move-domains.ts';
import { checkDeploy } from './obstacles.ts';
import { findMove, findMoveOrNewer } from './overtakers.ts';
import { cli, uploadBuild } from './prebuilt.ts';
import { startBuild } from './start-build.ts';

/** Milliseconds that a domain may lead to the old deployment after Vercel says that it has moved. */
const leadsThereWithin = 30_000;

/** A service on Vercel, built by Vercel from the commit or by the workflow. Its production domain leads to what is live. */
export function vercelPlatform(service: VercelService, dependencies: PlatformDependencies): Platform {
  const { context } = dependencies;
  const { clock, variables } = context;
  const api = createVercelApi(service, dependencies);
  const repository = service.repository ?? variables.GITHUB_REPOSITORY ?? '';
  const by = service.prebuilt ? { by: cli } : {};
  const live = (signal: AbortSignal) => readLive(service, api, signal);

  const conclude = (
    id: string,
    findings: Finding[],
    findOvertaker: typeof findMove,
    signal: AbortSignal,
  ): Promise<Change> =>
    concludeChange(findings, {
      readLive: live,
      serves: ({ deployment, others }) => deployment?.id === id && others.length === 0,
      findOvertaker: now => findOvertaker({ id, live: now, api, signal }),
      within: leadsThereWithin,
      describeMismatch: ({ deployment }) =>
        `Vercel says that ${id} is live, but the domain of ${service.url} leads to ${deployment?.id ?? 'nothing'}.`,
      clock,
      signal,
    });

  const staging: Staging = {
    stage: async (commit, signal, progress, again = false) => {
      const { id, problem } = await build({ commit, staged: true, again }, signal, progress);
      const serving = await live(signal);
      if (problem) return { ...judgeFindings([problem], serving), ...by, staged: undefined };
      if (serving.deployment?.id === id) {
        const message = `${id} was to be staged, but the domain of ${service.url} leads to it.`;
        return {
          verdict: 'failed',
          live: serving,
          findings: [found(stagedWentLive, { message })],
          ...by,
          staged: undefined,
        };
      }
      const staged = { ...toDeployment(await api.readDeployment(id, signal)), commit };
      progress.say(`${id} is built, kept off the domains, and staged at ${staged.url}.`);
      return { verdict: 'passed', live: serving, findings: [], ...by, staged };
    },
    promote: async ({ id }, signal, progress) => {
      if ((await live(signal)).deployment?.id === id) return conclude(id, [], findMove, signal); // an earlier attempt promoted it
      progress.touched();
      progress.say(`Vercel promotes ${id}.`);
      return conclude(id, await promote(id, signal), findMove, signal);
    },
  };

  return {
    live,
    carries: ({ deployment, others }, commit) =>
      commit !== '' && deployment?.commit === commit && others.every(other => other.commit === commit),
    runs: ({ deployment, others }, { id }) => deployment?.id === id && others.length === 0,
    obstaclesToDeploy: (commit, signal) => checkDeploy({ service, repository, commit }, api, context, signal),
    candidates: async ({ deployment: now }, signal) => {
      const known = await api.listProductionDeployments(await api.readProject(signal), signal);
      return known.filter(candidate => wasLive(candidate) && getId(candidate) !== now?.id).map(toDeployment);
    },
    obstaclesToRollback: async (to, signal) => {
      const [project, deployment] = await Promise.all([
        api.readProject(signal),
        ignoreNotFound(api.readDeployment(to.id, signal)),
      ]);
      const why = explainRefusal(project, deployment);
      return why ? [found(notACandidate, { message: `Vercel cannot roll back to ${to.id}: ${why}.` })] : [];
    },
    deploy: async (commit, signal, progress, again = false) => {
      const { id, problem, staged } = await build({ commit, staged: false, again }, signal, progress);
      if (problem) return { ...(await conclude(id, [problem], findMoveOrNewer, signal)), ...by };
      const findings = staged ? await promoteAfterRollback(id, signal, progress) : [];
      return { ...(await conclude(id, findings, findMoveOrNewer, signal)), ...by };
    },
    ...(service.strategy === 'stage-then-promote' && { staging }),
    rollback: async ({ id }, reason, signal, progress) => {
      progress.touched();
      progress.say(`Vercel moves the domains back to ${id}.`);
      const findings = await moveDomains({ job: 'rollback', to: id, description: reason, api, clock, signal });
      if (findings.length > 0) return conclude(id, findings, findMove, signal);
      const message = `Vercel no longer makes new deployments of ${service.project} live automatically.`;
      return conclude(id, [found(autoAssignmentOff, { message })], findMove, signal);
    },
    listUnfinished: async signal => {
      const project = await api.readProject(signal);
      if (!assignsDomains(project)) return [];
      const [known, serving] = await Promise.all([api.listProductionDeployments(project, signal), live(signal)]);
      const place = known.findIndex(one => getId(one) === serving.deployment?.id);
      const newer = place === -1 ? known : known.slice(0, place); // an older one does not get the domains any more
      const awaiting = newer.filter(awaitsDomains);
      return known
        .filter(one => isBuilding(one) || awaiting.includes(one))
        .filter(mayGoLive)
        .map(toUnfinished);
    },
    cancel: ({ id }, signal) => api.cancelDeployment(id, signal),
    readAutoDeploys: async signal => readAutoDeploys(service, await api.readProject(signal), context),
    listChangedVariables: async ({ deployment }, signal) => {
      if (deployment === undefined) return [];
      return api.listVariablesChangedSince(getCreated(await api.readDeployment(deployment.id, signal)), signal);
    },
    variables: async signal => api.listVariables(await api.readProject(signal), signal),
    hidesVariables: signal => api.hidesVariables(signal),
    log: ({ id }, signal) => api.readBuildLog(id, signal),
  };

  async function build(
    { commit, staged, again }: Pick<NewDeployment, 'commit' | 'staged' | 'again'>,
    signal: AbortSignal,
    progress: Progress,
  ): Promise<Built & { id: string }> {
    const project = await api.readProject(signal);
    const deploying = { api, context, signal, progress, assignsDomains: !staged && assignsDomains(project) };
    const ref = commit === variables.GITHUB_SHA ? variables.GITHUB_REF_NAME || commit : commit;
    const wanted = { project, repository, ref, commit, staged, again, key: randomUUID() };
    const begun = service.prebuilt ? uploadBuild(wanted, service, deploying) : startBuild(wanted, deploying);
    const id = getId(await begun);
    if (staged && (await api.readDeployment(id, signal)).autoAssignCustomDomains !== false) {
      await cancelBuild(id, deploying);
      const message = `Vercel does not say of the deployment ${id} that it stays off the domains.`;
      return { id, problem: found(stagingIgnored, { message }), staged: false };
    }
    return { id, ...(await waitUntilBuilt(id, deploying)) };
  }

  /** Every promotion turns the assignment of domains on, also where the project has it off (vercel/vercel#15095). */
  async function promote(id: string, signal: AbortSignal): Promise<Finding[]> {
    const before = await api.readProject(signal);
    const findings = await moveDomains({ job: 'promote', to: id, description: '', api, clock, signal });
    if (!isAssignmentOffBySetting(before)) return findings;
    return [...findings, await restoreSetting(before, signal)];
  }

  async function restoreSetting(project: VercelProject, signal: AbortSignal): Promise<Finding> {
    try {
      await api.setAssignment(project, false, signal);
      const { autoAssignCustomDomains } = await api.readProject(signal);
      if (autoAssignCustomDomains !== false) throw new Error('Vercel accepted the change, but the setting is still on');
      const message = `The project ${service.project} assigns its production domains by hand again, as before the promotion.`;
      return found(assignmentRestored, { message });
    } catch (error) {
      signal.throwIfAborted();
      const message = `The project ${service.project} now assigns its production domains to every push: ${explainError(error)}`;
      return found(assignmentChanged, { message });
    }
  }

  async function promoteAfterRollback(id: string, signal: AbortSignal, progress: Progress): Promise<Finding[]> {
    progress.say(`${id} is built but kept off the domains, as after a rollback. Vercel promotes it.`);
    const message = `Vercel built the deployment ${id} without its domains, and the gate promoted it.`;
    const findings = await promote(id, signal);
    const failed = findings.some(({ severity }) => severity === 'error');
    return failed ? findings : [...findings, found(promoted, { message })];
  }
}

/** Whether it is built and Vercel has not dealt with its domains yet. */
function awaitsDomains(deployment: VercelDeployment): boolean {
  const { aliasAssigned, aliasError } = deployment;
  return getState(deployment) === 'READY' && !aliasAssigned && !aliasError;
}

/** Whether Vercel moves the domains to it without being asked again. */
function mayGoLive({ autoAssignCustomDomains, meta }: VercelDeployment): boolean {
  return autoAssignCustomDomains !== false && meta?.[stagedKey] === undefined;
}

function wasLive(deployment: VercelDeployment): boolean {
  const { readyState, state, readySubstate, isRollbackCandidate, softDeletedByRetention } = deployment;
  if (softDeletedByRetention) return false;
  if ((readyState ?? state) !== 'READY' || readySubstate === 'STAGED') return false;
  return isRollbackCandidate ?? readySubstate === 'PROMOTED';
}

function explainRefusal(project: VercelProject, deployment: VercelDeployment | undefined): string | undefined {
  if (deployment === undefined) return 'Vercel no longer knows it';
  if (deployment.softDeletedByRetention) return 'Vercel has deleted it by the retention of the project';
  if (deployment.projectId && deployment.projectId !== project.id) return 'it belongs to another project';
  if (deployment.target !== 'production') return 'it was never a deployment to production';
  if (deployment.readyState !== 'READY') return `it is ${deployment.readyState}`;
  return deployment.readySubstate === 'STAGED' ? 'it was never live' : undefined;
}
