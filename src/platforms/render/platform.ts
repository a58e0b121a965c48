import { Refused } from '../../clients/api/errors.ts';
import type { RenderService } from '../../config/schema/services.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import type { Deployment } from '../../core/record.ts';
import { beginOnce } from '../begin-once.ts';
import { failChange } from '../failed-change.ts';
import { autoDeploysHeld, autoDeploysOn, notLive, notRestorable, unknownCommit } from '../findings.ts';
import { isImmutable, isSameImage } from '../image.ts';
import type { Change, Live, Platform, PlatformDependencies } from '../platform.ts';
import { poll } from '../polling.ts';
import { isSameCode, isSameRelease } from '../same-code.ts';
import { createRenderApi, type RenderDeploy, type Source } from './api.ts';
import { type Deploying, leave, untilLive } from './deploying.ts';
import { callHook, obstaclesOfHook } from './hook.ts';
import { deploymentOf, liveOf } from './live.ts';

export const suspended: FindingKind = {
  code: 'platform/suspended',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The service is suspended, so nothing that is deployed to it would serve. Nothing was changed.',
  cause: 'Someone suspended it on the dashboard, or an unpaid bill.',
  help: 'Resume the service on the dashboard of the platform, and run the gate again.',
};

export const notDeployable: FindingKind = {
  code: 'platform/not-deployable',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Render deploys no given commit of a cron job, so it could not be said what is released.',
  cause: 'The service is a cron job.',
  help: 'Leave the cron job to its automatic deploys, or make it a service with an image.',
};

/** Milliseconds that Render may take to list what it says is live. */
const listedWithin = 15_000;

/**
 * A service on Render: deployed by the API or its deploy hook, live when its deploy is the one that Render calls live.
 */
export function renderPlatform(service: RenderService, dependencies: PlatformDependencies): Platform {
  const { context, timeout = 30_000 } = dependencies;
  const { clock } = context;
  const { url, image, 'deploy-hook': hook } = service;
  const api = createRenderApi(service, dependencies);
  const live = (signal: AbortSignal) => liveOf(api, url, signal);

  const beginning = (deploying: Deploying) => ({
    vendor: 'Render',
    list: (asked: AbortSignal) => api.deploys(asked),
    leave: (id: string) => leave(id, deploying),
    clock,
    signal: deploying.signal,
    progress: deploying.progress,
  });

  const verified = async (id: string, problem: Finding | undefined, signal: AbortSignal): Promise<Change> => {
    if (problem) return failChange([problem], live, signal);
    let last: Live = await live(signal);
    const there = await poll({ clock, signal, deadline: listedWithin, pause: () => 1000 }, async () => {
      if (last.deployment?.id === id) return true;
      last = await live(signal);
      return undefined;
    });
    if (there) return { verdict: 'passed', live: last, findings: [] };
    const message = `Render says that ${id} is live, and lists ${last.deployment?.id ?? 'nothing'} as what is.`;
    return { verdict: 'failed', live: last, findings: [found(notLive, { message })] };
  };

  return {
    live,
    carries: ({ deployment }, commit) =>
      image === undefined
        ? commit !== '' && deployment?.commit === commit
        : isImmutable(image, commit) && isSameImage(deployment?.image ?? '', image),
    runs: isSameRelease,
    obstaclesToDeploy: async (commit, signal) => {
      const named = image !== undefined || /^[0-9a-f]{40}$/.test(commit);
      if (!named) return [found(unknownCommit, { message: `Render cannot be told to deploy the commit "${commit}".` })];
      const wrong = hook === undefined ? [] : obstaclesOfHook(hook, service.service, context);
      if (wrong.length > 0) return wrong;
      const settings = await api.service(signal);
      const { suspended: state, type, autoDeploy } = settings;
      const which = `The service ${service.service} on Render`;
      return [
        ...(state === 'suspended' ? [found(suspended, { message: `${which} is suspended.` })] : []),
        ...(type === 'cron_job' ? [found(notDeployable, { message: `${which} is a cron job.` })] : []),
        ...(autoDeploy === 'yes' ? [found(autoDeploysOn, { message: `${which} deploys every push by itself.` })] : []),
      ];
    },
    candidates: async (_live, signal) => {
      const past = await api.deploys(signal, 'deactivated'); // have been live
      return past.map(deploy => deploymentOf(deploy, url));
    },
    obstaclesToRollback: async (to, signal) => {
      const why = whyNot(await known(to, signal));
      return why === undefined ? [] : [found(notRestorable, { message: `There is no way back to ${to.id}: ${why}.` })];
    },
    deploy: async (commit, signal, progress) => {
      const deploying: Deploying = { api, context, signal, progress, isWayBack: false };
      const source: Source = image === undefined ? { commitId: commit } : { imageUrl: image };
      const isOurs = (deploy: RenderDeploy) => image !== undefined || deploy.commit?.id === commit;
      const running =
        image === undefined ? (await api.deploys(signal)).find(one => isOurs(one) && goesOn(one)) : undefined;
      if (running) progress.say(`${running.id} is being deployed from this commit already; it is waited for.`);
      const begin = async () => {
        if (hook !== undefined) return callHook(hook, source, context, { timeout, signal });
        return (await api.create(source, signal))?.id;
      };
      const id = running?.id ?? (await beginOnce({ ...beginning(deploying), begin, isOurs }));
      return verified(id, await untilLive(id, deploying), signal);
    },
    rollback: async (to, _reason, signal, progress) => {
      const deploying: Deploying = { api, context, signal, progress, isWayBack: true };
      const isOurs = ({ trigger }: RenderDeploy) => trigger === 'rollback';
      const { autoDeploy } = await api.service(signal);
      const isTheSame = (one: RenderDeploy) => isOurs(one) && goesOn(one) && isSameCode(deploymentOf(one, url), to);
      const running = (await api.deploys(signal)).find(isTheSame);
      const begin = async () => (await api.rollback(to.id, signal)).id;
      const id = running?.id ?? (await beginOnce({ ...beginning(deploying), begin, isOurs }));
      progress.say(`Render goes back to ${to.id} with the ${running ? '' : 'new '}deploy ${id}.`);
      const change = await verified(id, await untilLive(id, deploying), signal);
      if (autoDeploy !== 'yes') return change;
      const message = `Render still deploys every push to ${service.service} by itself.`;
      return { ...change, findings: [...change.findings, found(autoDeploysOn, { message })] };
    },
    holdAutoDeploys: async signal => {
      const { autoDeploy } = await api.service(signal);
      if (autoDeploy !== 'yes') return [];
      await api.setAutoDeploy(false, signal);
      return [found(autoDeploysHeld, { message: `Render deploys no push to ${service.service} by itself any more.` })];
    },
    resumeAutoDeploys: async signal => {
      await api.setAutoDeploy(true, signal);
      return [];
    },
    variables: signal => api.variables(signal),
    log: async (_deployment, signal) => {
      const { ownerId } = await api.service(signal);
      return api.logs(ownerId, undefined, 'app', signal);
    },
  };

  /** Undefined for one that Render does not know, or of another service. */
  async function known({ id }: Deployment, signal: AbortSignal): Promise<RenderDeploy | undefined> {
    try {
      return await api.deploy(id, signal);
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return undefined;
      throw error;
    }
  }
}

const ended = ['live', 'deactivated', 'build_failed', 'pre_deploy_failed', 'update_failed', 'canceled'];

function goesOn({ status }: RenderDeploy): boolean {
  return !ended.includes(status);
}

function whyNot(deploy: RenderDeploy | undefined): string | undefined {
  if (deploy === undefined) return 'Render does not know it as a deploy of this service';
  return ['live', 'deactivated'].includes(deploy.status) ? undefined : `it was never live (${deploy.status})`;
}
