import { randomUUID } from 'node:crypto';
import { Refused } from '../../clients/api/errors.ts';
import type { VercelService } from '../../config/schema/services.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import type { Deployment } from '../../core/record.ts';
import { failChange } from '../failed-change.ts';
import { notLive } from '../findings.ts';
import type { Change, Live, Platform, PlatformDependencies, Progress, Staging } from '../platform.ts';
import { poll } from '../polling.ts';
import { moveDomains } from './alias-job.ts';
import { idOf, type VercelDeployment, type VercelProject } from './answers.ts';
import { createVercelApi } from './api.ts';
import { startBuild, untilBuilt } from './build.ts';
import { deploymentOf, liveOf } from './live.ts';
import { cli, obstaclesToUpload, uploadBuild } from './prebuilt.ts';
import { notACandidate } from './refusals.ts';

export const noRepository: FindingKind = {
  code: 'deploy/no-repository',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Vercel is told a repository and a commit to build, and one of them is not known, so nothing was changed.',
  cause: 'The gate runs outside of GitHub Actions, or the input `commit` is empty or no whole SHA.',
  help: 'Set `repository: owner/name` for the service, and the input `commit` to the 40 digits of a commit.',
};

export const autoAssignmentOff: FindingKind = {
  code: 'platform/auto-assignment-off',
  severity: 'notice',
  boundary: 'delivery',
  meaning: 'After a rollback Vercel builds later pushes and does not make them live.',
  cause: 'Vercel turns the assignment of production domains off with every rollback.',
  help: 'The next run of the deploy gate turns it on again; by hand `vercel promote <deployment>` does.',
};

export const promoted: FindingKind = {
  code: 'platform/promoted',
  severity: 'notice',
  boundary: 'delivery',
  meaning: 'Vercel had built the release and kept it off the domains; the gate has promoted it.',
  cause: 'The assignment of production domains was off, as it is after a rollback.',
  help: 'Nothing needs to be done: the promotion has turned the assignment on again.',
};

/** Milliseconds that a domain may still lead to the old deployment after Vercel says that it has moved. */
const leadsThereWithin = 30_000;

/**
 * A service on Vercel: built by Vercel from the commit, or in the workflow; live when its production domain leads to
 * it.
 */
export function vercelPlatform(service: VercelService, dependencies: PlatformDependencies): Platform {
  const { context } = dependencies;
  const { clock, variables } = context;
  const api = createVercelApi(service, dependencies);
  const repository = service.repository ?? variables.GITHUB_REPOSITORY ?? '';
  const by = service.prebuilt ? { by: cli } : {};
  const live = (signal: AbortSignal) => liveOf(service, api, signal);

  const verified = async (id: string, findings: Finding[], signal: AbortSignal): Promise<Change> => {
    const failed = findings.some(({ severity }) => severity === 'error');
    if (failed) return failChange(findings, live, signal);
    let last: Live = await live(signal);
    const there = await poll({ clock, signal, deadline: leadsThereWithin, pause: () => 1000 }, async () => {
      if (last.deployment?.id === id) return true;
      last = await live(signal);
      return undefined;
    });
    if (there) return { verdict: 'passed', live: last, findings };
    const message = `Vercel says that ${id} is live, and the domain of ${service.url} leads to ${last.deployment?.id ?? 'nothing'}.`;
    return { verdict: 'failed', live: last, findings: [...findings, found(notLive, { message })] };
  };

  const staging: Staging = {
    stage: async (commit, signal, progress) => {
      const { id, problem } = await build(commit, true, signal, progress);
      const serving = await live(signal);
      if (problem) return { verdict: 'failed', live: serving, findings: [problem], ...by, staged: undefined };
      const staged = { ...deploymentOf(await api.deployment(id, signal)), commit };
      progress.say(`${id} is built and kept off the domains; it is staged at ${staged.url}.`);
      return { verdict: 'passed', live: serving, findings: [], ...by, staged };
    },
    promote: async ({ id }, signal, progress) => {
      if ((await live(signal)).deployment?.id === id) return verified(id, [], signal); // by an attempt before
      progress.touched();
      progress.say(`${id} is promoted.`);
      return verified(id, await promote(id, signal), signal);
    },
  };

  return {
    live,
    carries: ({ deployment }, commit) => commit !== '' && deployment?.commit === commit,
    runs: ({ deployment }, { id }) => deployment?.id === id,
    obstaclesToDeploy: async commit => {
      if (service.prebuilt) return obstaclesToUpload(commit, service, context);
      if (/^[^/\s]+\/[^/\s]+$/.test(repository) && /^[0-9a-f]{40}$/.test(commit)) return [];
      const message = `Vercel cannot be told what to build for the project ${service.project}: the repository is "${repository}" and the commit "${commit}".`;
      return [found(noRepository, { message })];
    },
    candidates: async ({ deployment: now }, signal) => {
      const known = await api.productionDeployments(await api.project(signal), signal);
      return known.filter(candidate => wasLive(candidate) && idOf(candidate) !== now?.id).map(deploymentOf);
    },
    obstaclesToRollback: async (to, signal) => {
      const [project, deployment] = await Promise.all([api.project(signal), known(to, signal)]);
      return objectionsTo(to, project, deployment);
    },
    deploy: async (commit, signal, progress) => {
      const { id, problem, staged } = await build(commit, false, signal, progress);
      if (problem) return { ...(await verified(id, [problem], signal)), ...by };
      const findings = staged ? await promoteAfterRollback(id, signal, progress) : [];
      return { ...(await verified(id, findings, signal)), ...by };
    },
    ...(service.strategy === 'stage-then-promote' && { staging }),
    rollback: async ({ id }, reason, signal, progress) => {
      progress.touched();
      progress.say(`The domains are moved back to ${id}.`);
      const findings = await moveDomains({ job: 'rollback', to: id, description: reason, api, clock, signal });
      const message = `Vercel no longer makes new deployments of ${service.project} live by itself.`;
      return verified(id, [...findings, found(autoAssignmentOff, { message })], signal);
    },
    // A rollback turns the assignment of domains off, and a promotion on again.
    holdAutoDeploys: async () => [],
    resumeAutoDeploys: async () => [],
    variables: signal => api.variables(signal),
    log: ({ id }, signal) => api.buildLog(id, signal),
  };

  async function known({ id }: Deployment, signal: AbortSignal): Promise<VercelDeployment | undefined> {
    try {
      return await api.deployment(id, signal);
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return undefined;
      throw error;
    }
  }

  async function build(commit: string, staged: boolean, signal: AbortSignal, progress: Progress) {
    const project = await api.project(signal);
    const assignsDomains = !staged && project.autoAssignCustomDomains !== false;
    const building = { api, context, signal, progress, assignsDomains };
    const ref = commit === variables.GITHUB_SHA ? variables.GITHUB_REF_NAME || commit : commit;
    const wanted = { project, repository, ref, commit, staged, key: randomUUID() };
    const begun = service.prebuilt ? uploadBuild(wanted, service, building) : startBuild(wanted, building);
    const id = idOf(await begun);
    return { id, ...(await untilBuilt(id, building)) };
  }

  function promote(id: string, signal: AbortSignal): Promise<Finding[]> {
    return moveDomains({ job: 'promote', to: id, description: '', api, clock, signal });
  }

  async function promoteAfterRollback(id: string, signal: AbortSignal, progress: Progress): Promise<Finding[]> {
    progress.say(`${id} is built and kept off the domains, as after a rollback; it is promoted.`);
    const message = `The deployment ${id} was built without its domains and promoted.`;
    return [...(await promote(id, signal)), found(promoted, { message })];
  }
}

function wasLive({ readyState, state, readySubstate, isRollbackCandidate }: VercelDeployment): boolean {
  if ((readyState ?? state) !== 'READY' || readySubstate === 'STAGED') return false;
  return isRollbackCandidate ?? readySubstate === 'PROMOTED';
}

function objectionsTo({ id }: Deployment, project: VercelProject, deployment: VercelDeployment | undefined): Finding[] {
  const why = whyNot(project, deployment);
  return why ? [found(notACandidate, { message: `There is no way back to ${id}: ${why}.` })] : [];
}

function whyNot(project: VercelProject, deployment: VercelDeployment | undefined): string | undefined {
  if (deployment === undefined) return 'Vercel does not know it any more';
  if (deployment.projectId && deployment.projectId !== project.id) return 'it belongs to another project';
  if (deployment.target !== 'production') return 'it was never a deployment to production';
  if (deployment.readyState !== 'READY') return `it is ${deployment.readyState}`;
  return deployment.readySubstate === 'STAGED' ? 'it was never live' : undefined;
}
