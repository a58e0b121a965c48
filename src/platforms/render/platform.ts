import { ignoreNotFound } from '../../clients/api/errors.ts';
import type { RenderService } from '../../config/schema/services.ts';
import { isCommitId } from '../../core/commit-id.ts';
import { found } from '../../core/finding.ts';
import { beginOnce } from '../begin-once.ts';
import { concludeChange } from '../conclude-change.ts';
import { type Deploying, type Ended, findNewer, waitUntilLive } from '../deploying.ts';
import { describeUnfinished } from '../describe-live.ts';
import { autoDeploysOn, notRestorable, unknownCommit } from '../findings.ts';
import { isImmutable, isSameImage } from '../image.ts';
import type { Change, Platform, PlatformDependencies } from '../platform.ts';
import { isSameCode, isSameRelease } from '../same-code.ts';
import { createRenderApi, type RenderDeploy, type RenderSettings, type Source } from './api.ts';
import { createDeployments } from './deploying.ts';
import { notDeployable, suspended } from './findings.ts';
import { callHook, checkHook } from './hook.ts';
import { readLive, toDeployment, toUnfinished } from './live.ts';

/** Milliseconds that Render may take to list a deploy as live after it says so. */
const listedWithin = 15_000;

/** A service on Render, deployed by the API or its deploy hook. */
export function renderPlatform(service: RenderService, dependencies: PlatformDependencies): Platform {
  const { context, timeout = 30_000 } = dependencies;
  const { url, image, 'deploy-hook': hook } = service;
  const api = createRenderApi(service, dependencies);
  const deployments = createDeployments(api);
  const isUnderWay = (deploy: RenderDeploy) => deployments.conclude(deploy) === undefined;
  const live = (signal: AbortSignal) => readLive(api, url, signal);

  const conclude = (
    { id, problem }: Ended,
    isSame: (deploy: RenderDeploy) => boolean,
    signal: AbortSignal,
  ): Promise<Change> =>
    concludeChange(problem ? [problem] : [], {
      readLive: live,
      serves: ({ deployment }) => deployment?.id === id,
      findOvertaker: async now => {
        const newer = await findNewer(id, now, deployments, signal);
        return newer && { isSame: isSame(newer), what: describeUnfinished(toUnfinished(newer, url)) };
      },
      within: listedWithin,
      describeMismatch: ({ deployment }) =>
        `Render says that ${id} is live, but lists ${deployment?.id ?? 'nothing'} as live.`,
      clock: context.clock,
      signal,
    });

  return {
    live,
    carries: ({ deployment }, commit) =>
      image === undefined
        ? commit !== '' && deployment?.commit === commit
        : isImmutable(image, commit) && isSameImage(deployment?.image ?? '', image),
    runs: isSameRelease,
    obstaclesToDeploy: async (commit, signal) => {
      const named = image !== undefined || isCommitId(commit);
      if (!named) return [found(unknownCommit, { message: `Render cannot deploy the commit "${commit}".` })];
      const wrong = hook === undefined ? [] : checkHook(hook, service.service, context);
      if (wrong.length > 0) return wrong;
      const settings = await api.readService(signal);
      const { suspended: state, type } = settings;
      const which = `The service ${service.service} on Render`;
      return [
        ...(state === 'suspended' ? [found(suspended, { message: `${which} is suspended.` })] : []),
        ...(type === 'cron_job' && image === undefined
          ? [found(notDeployable, { message: `${which} is a cron job.` })]
          : []),
      ];
    },
    candidates: async (_live, signal) => {
      const past = await api.listDeploys(signal, 'deactivated'); // they were live
      return past.map(deploy => toDeployment(deploy, url));
    },
    obstaclesToRollback: async (to, signal) => {
      const why = explainRefusal(await ignoreNotFound(api.readDeploy(to.id, signal)));
      return why === undefined
        ? []
        : [found(notRestorable, { message: `Render cannot roll back to ${to.id}: ${why}.` })];
    },
    deploy: async (commit, signal, progress, again = false) => {
      const deploying: Deploying = { context, signal, progress, isRollback: false };
      const source: Source = image === undefined ? { commitId: commit } : { imageUrl: image };
      const isOurs = (deploy: RenderDeploy) => image !== undefined || deploy.commit?.id === commit;
      const isSame = (deploy: RenderDeploy) =>
        image === undefined ? isOurs(deploy) : isSameImage(deploy.image?.ref ?? '', image);
      const joinable = image === undefined && !again ? await api.listDeploys(signal) : [];
      const running = joinable.find(one => isOurs(one) && isUnderWay(one));
      if (running) progress.say(`${running.id} is already deploying this commit. The gate waits for it.`);
      const begin = async () => {
        if (hook !== undefined) return callHook(hook, source, context, { timeout, signal });
        return (await api.createDeploy(source, signal))?.id;
      };
      const id = running?.id ?? (await beginOnce({ deployments, deploying, begin, isOurs }));
      return conclude(await waitUntilLive(id, deployments, deploying, isSame), isSame, signal);
    },
    rollback: async (to, _reason, signal, progress) => {
      const deploying: Deploying = { context, signal, progress, isRollback: true };
      const isOurs = ({ trigger }: RenderDeploy) => trigger === 'rollback';
      const pushes = findAutoDeploys(await api.readService(signal));
      const isSame = (one: RenderDeploy) => isOurs(one) && isSameCode(toDeployment(one, url), to);
      const running = (await api.listDeploys(signal)).find(one => isSame(one) && isUnderWay(one));
      const begin = async () => (await api.rollBack(to.id, signal)).id;
      const id = running?.id ?? (await beginOnce({ deployments, deploying, begin, isOurs }));
      progress.say(`Render rolls back to ${to.id} with the ${running ? '' : 'new '}deploy ${id}.`);
      const change = await conclude(await waitUntilLive(id, deployments, deploying, isSame), isSame, signal);
      if (pushes === undefined) return change;
      const message = `Render still deploys every push to ${service.service} automatically.`;
      return { ...change, findings: [...change.findings, found(autoDeploysOn, { message })] };
    },
    listUnfinished: async signal =>
      (await api.listDeploys(signal)).filter(isUnderWay).map(deploy => toUnfinished(deploy, url)),
    cancel: ({ id }, signal) => api.cancelDeploy(id, signal),
    readAutoDeploys: async signal => findAutoDeploys(await api.readService(signal)),
    setAutoDeploys: (setting, signal) => api.setAutoDeploys(setting ?? 'off', signal),
    variables: signal => api.listVariables(signal),
    log: async (_deployment, signal) => {
      const { ownerId } = await api.readService(signal);
      return api.readLog(ownerId, undefined, 'app', signal);
    },
  };
}

/** `autoDeployTrigger` is the setting, and `autoDeploy` an older view of it (render-oss/cli pkg/client/autodeploy). */
function findAutoDeploys({ autoDeployTrigger, autoDeploy }: RenderSettings): string | undefined {
  const setting = autoDeployTrigger ?? (autoDeploy === 'yes' ? 'commit' : 'off');
  return setting === 'off' ? undefined : setting;
}

function explainRefusal(deploy: RenderDeploy | undefined): string | undefined {
  if (deploy === undefined) return 'Render does not know it as a deploy of this service';
  return ['live', 'deactivated'].includes(deploy.status) ? undefined : `it was never live (${deploy.status})`;
}
