import { Refused } from '../../clients/api/errors.ts';
import { missing } from '../../clients/api/findings.ts';
import type { RailwayService } from '../../config/schema/services.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { beginOnce } from '../begin-once.ts';
import { failChange } from '../failed-change.ts';
import { autoDeploysHeld, notLive, notRestorable, unknownCommit } from '../findings.ts';
import { isImmutable, isSameImage } from '../image.ts';
import type { Change, Live, Platform, PlatformDependencies } from '../platform.ts';
import { poll } from '../polling.ts';
import { isSameCode, isSameRelease } from '../same-code.ts';
import { createRailwayApi, type RailwayDeployment } from './api.ts';
import { type Deploying, leave, untilLive } from './deploying.ts';
import { deploymentOf, liveOf } from './live.ts';

export const foreignProject: FindingKind = {
  code: 'platform/foreign-project',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The token belongs to another project or environment than the service, so nothing was changed.',
  cause: 'The token of staging in the place of that of production, or ids that were copied from another project.',
  help: 'Make a project token for this environment under Project Settings → Tokens, or correct the ids.',
};

export const otherSource: FindingKind = {
  code: 'platform/other-source',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The service is made from something else than the configuration says, so nothing was changed.',
  cause: 'An `image` for a service that Railway builds from a repository, or a service with an image and none named.',
  help: 'Add or remove `image` of the service, or change its source on Railway.',
};

export const restoredVariables: FindingKind = {
  code: 'platform/restored-variables',
  severity: 'notice',
  boundary: 'delivery',
  meaning: 'Railway goes back with the image and the variables that the earlier deployment had.',
  cause: 'A rollback on Railway restores both.',
  help: 'If a variable was changed since for another reason, such as a rotated secret, deploy again to use it.',
};

/** Milliseconds that Railway may take to send the users to what it says has succeeded. */
const activeWithin = 30_000;
const ended = ['SUCCESS', 'SLEEPING', 'FAILED', 'CRASHED', 'SKIPPED', 'REMOVED', 'REMOVING', 'NEEDS_APPROVAL'];

/** A service on Railway in one environment: live is what its active deployments are. */
export function railwayPlatform(service: RailwayService, dependencies: PlatformDependencies): Platform {
  const { context } = dependencies;
  const { clock } = context;
  const { url, image } = service;
  const api = createRailwayApi(service, dependencies);

  const live = async (signal: AbortSignal): Promise<Live> => {
    const scope = await api.scope(signal);
    if (scope && (scope.projectId !== service.project || scope.environmentId !== service.environment)) {
      const message = `The token in RAILWAY_TOKEN is one of the project ${scope.projectId} and its environment ${scope.environmentId}, not of ${service.project} and ${service.environment}.`;
      throw new Refused(403, '', found(foreignProject, { message }));
    }
    return liveOf(await api.active(signal), url);
  };

  const beginning = (deploying: Deploying) => ({
    vendor: 'Railway',
    list: (asked: AbortSignal) => api.deployments(asked),
    leave: (id: string) => leave(id, deploying),
    clock,
    signal: deploying.signal,
    progress: deploying.progress,
  });

  const verified = async (id: string, problem: Finding | undefined, signal: AbortSignal): Promise<Change> => {
    if (problem) return failChange([problem], live, signal);
    let last: Live = liveOf(await api.active(signal), url);
    const there = await poll({ clock, signal, deadline: activeWithin, pause: () => 1000 }, async () => {
      if (last.deployment?.id === id && last.others.length === 0) return true;
      last = liveOf(await api.active(signal), url);
      return undefined;
    });
    if (there) return { verdict: 'passed', live: last, findings: [] };
    const also = [last.deployment, ...last.others].map(one => one?.id ?? 'nothing').join(' and ');
    const message = `Railway says that ${id} has succeeded, and ${also} serves.`;
    return { verdict: 'failed', live: last, findings: [found(notLive, { message })] };
  };

  return {
    live,
    carries: ({ deployment, others, down }, commit) => {
      if (down || others.length > 0) return false;
      if (image === undefined) return commit !== '' && deployment?.commit === commit;
      return isImmutable(image, commit) && isSameImage(deployment?.image ?? '', image);
    },
    runs: isSameRelease,
    obstaclesToDeploy: async (commit, signal) => {
      const source = await api.source(signal);
      const which = `The service ${service.service} on Railway`;
      if (image !== undefined) {
        if (!source.repo) return [];
        return [found(otherSource, { message: `${which} is built from ${source.repo}, and an image is configured.` })];
      }
      if (source.image) {
        return [found(otherSource, { message: `${which} runs the image ${source.image}, and none is configured.` })];
      }
      if (/^[0-9a-f]{40}$/.test(commit)) return [];
      return [found(unknownCommit, { message: `Railway cannot be told to deploy the commit "${commit}".` })];
    },
    candidates: async ({ deployment, others }, signal) => {
      const now = deployment ? [deployment, ...others] : others;
      // Removed ones are kept for a while: `canRollback` says which.
      const past = (await api.deployments(signal)).filter(
        ({ status, canRollback }) => canRollback && ['SUCCESS', 'SLEEPING', 'REMOVED'].includes(status),
      );
      return past
        .map(one => deploymentOf(one, url))
        .filter(one => !now.some(serves => serves.id === one.id || isSameCode(serves, one)));
    },
    obstaclesToRollback: async (to, signal) => {
      const why = whyNot(await known(to.id, signal), service);
      return why === undefined ? [] : [found(notRestorable, { message: `There is no way back to ${to.id}: ${why}.` })];
    },
    deploy: async (commit, signal, progress) => {
      const deploying: Deploying = { api, context, signal, progress, isWayBack: false };
      const isOurs = ({ meta }: RailwayDeployment) =>
        image === undefined ? meta?.commitHash === commit : isSameImage(meta?.image ?? '', image);
      // A tag such as `latest` may have been another image then.
      const joinable = image === undefined || isImmutable(image, commit) ? await api.deployments(signal) : [];
      const running = joinable.find(one => isOurs(one) && !ended.includes(one.status));
      if (running) progress.say(`${running.id} is being deployed from the same already; it is waited for.`);
      const begin = async () => {
        if (image === undefined) return api.deploy(commit, signal);
        await api.setImage(image, signal);
        return api.deploy(undefined, signal);
      };
      const id = running?.id ?? (await beginOnce({ ...beginning(deploying), begin, isOurs }));
      return verified(id, await untilLive(id, deploying), signal);
    },
    rollback: async (to, _reason, signal, progress) => {
      const deploying: Deploying = { api, context, signal, progress, isWayBack: true };
      const isOurs = (one: RailwayDeployment) => {
        const made = deploymentOf(one, url);
        const unknown = to.commit === undefined && to.image === undefined;
        return unknown || isSameCode(made, to) || (made.commit === undefined && made.image === undefined);
      };
      const begin = async () => {
        await api.rollback(to.id, signal);
        return undefined;
      };
      const isTheSame = (one: RailwayDeployment) =>
        !ended.includes(one.status) && isSameCode(deploymentOf(one, url), to);
      const running = (await api.deployments(signal)).find(isTheSame);
      const id = running?.id ?? (await beginOnce({ ...beginning(deploying), begin, isOurs }));
      progress.say(`Railway goes back to ${to.id} with the ${running ? '' : 'new '}deployment ${id}.`);
      const change = await verified(id, await untilLive(id, deploying), signal);
      if (change.verdict !== 'passed') return change;
      const message = `${service.service} has the variables of ${to.id} again, and Railway still deploys pushes by itself if it did before.`;
      return { ...change, findings: [...change.findings, found(restoredVariables, { message })] };
    },
    holdAutoDeploys: async signal => {
      await api.setAutoDeploy(false, signal);
      return [found(autoDeploysHeld, { message: `Railway deploys no push to ${service.service} by itself any more.` })];
    },
    resumeAutoDeploys: async signal => {
      await api.setAutoDeploy(true, signal);
      return [];
    },
    variables: signal => api.variables(signal),
    log: ({ id }, signal) => api.logs(id, 'deployment', signal),
  };

  async function known(id: string, signal: AbortSignal): Promise<RailwayDeployment | undefined> {
    try {
      return await api.deployment(id, signal);
    } catch (error) {
      if (error instanceof Refused && error.findings[0]?.code === missing.code) return undefined;
      throw error;
    }
  }
}

function whyNot(
  deployment: RailwayDeployment | undefined,
  { service, environment }: RailwayService,
): string | undefined {
  if (deployment === undefined) return 'Railway does not know it';
  if (deployment.serviceId && deployment.serviceId !== service) return 'it belongs to another service';
  if (deployment.environmentId && deployment.environmentId !== environment) return 'it belongs to another environment';
  return deployment.canRollback
    ? undefined
    : `Railway does not keep its image any more, or it was never live (${deployment.status})`;
}
