import { ignoreNotFound, Refused } from '../../clients/api/errors.ts';
import type { RailwayService } from '../../config/schema/services.ts';
import { isCommitId } from '../../core/commit-id.ts';
import { found } from '../../core/finding.ts';
import { beginOnce } from '../begin-once.ts';
import { concludeChange } from '../conclude-change.ts';
import { type Deploying, type Ended, findNewer, waitUntilLive } from '../deploying.ts';
import { describeUnfinished } from '../describe-live.ts';
import { deploySkipped, notRestorable, skippedByChecks, unknownCommit } from '../findings.ts';
import { isImmutable, isSameImage } from '../image.ts';
import type { Change, Live, Platform, PlatformDependencies } from '../platform.ts';
import { isSameCode, isSameRelease } from '../same-code.ts';
import { createRailwayApi, type RailwayDeployment } from './api.ts';
import { createDeployments } from './deploying.ts';
import { foreignProject, otherSource, restoredVariables } from './findings.ts';
import { toDeployment, toLive, toUnfinished } from './live.ts';

/** Milliseconds that Railway may take to send the users to a deployment after it succeeded. */
const activeWithin = 30_000;

/** A service on Railway in one environment. Its active deployments are live. */
export function railwayPlatform(service: RailwayService, dependencies: PlatformDependencies): Platform {
  const { context } = dependencies;
  const { url, image } = service;
  const api = createRailwayApi(service, dependencies);
  const deployments = createDeployments(api);
  /** Whether it can be waited for: one that waits for GitHub's checks may wait for this very job. */
  const isUnderWay = (one: RailwayDeployment) => one.status !== 'REMOVING' && deployments.conclude(one) === undefined;
  const readActive = async (signal: AbortSignal) => toLive(await api.listActive(signal), url);

  const live = async (signal: AbortSignal): Promise<Live> => {
    const scope = await api.readScope(signal);
    if (scope && (scope.projectId !== service.project || scope.environmentId !== service.environment)) {
      const message = `The token in RAILWAY_TOKEN belongs to the project ${scope.projectId} and its environment ${scope.environmentId}, not to ${service.project} and ${service.environment}.`;
      throw new Refused(403, '', found(foreignProject, { message }));
    }
    return readActive(signal);
  };

  const conclude = async (
    { id, problem }: Ended,
    isSame: (one: RailwayDeployment) => boolean,
    signal: AbortSignal,
  ): Promise<Change> =>
    concludeChange(problem ? [problem] : [], {
      readLive: readActive,
      serves: ({ deployment, others }) => deployment?.id === id && others.length === 0,
      findOvertaker: async now => {
        const newer = await findNewer(id, now, deployments, signal);
        return newer && { isSame: isSame(newer), what: describeUnfinished(toUnfinished(newer, url)) };
      },
      within: activeWithin + (problem ? 0 : await api.readOverlap(signal)),
      pause: () => api.stretch(1000),
      describeMismatch: ({ deployment, others }) => {
        const serving = [deployment, ...others].map(one => one?.id ?? 'nothing').join(' and ');
        return `Railway says that ${id} succeeded, but ${serving} serves.`;
      },
      clock: context.clock,
      signal,
    });

  /** A deployment is skipped by watch paths, and by a failed check (docs: Railway, controlling GitHub autodeploys). */
  const explainSkip = async (ended: Ended, signal: AbortSignal): Promise<Ended> => {
    const { problem } = ended;
    if (problem?.code !== deploySkipped.code || !(await api.waitsForChecks(signal))) return ended;
    return { ...ended, problem: found(skippedByChecks, { message: problem.message }) };
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
      const which = `The service ${service.service} on Railway`;
      const source = await api.readSource(signal);
      if (image !== undefined) {
        if (!source.repo) return [];
        return [
          found(otherSource, {
            message: `${which} is built from ${source.repo}, but the configuration names an image.`,
          }),
        ];
      }
      if (source.image) {
        return [
          found(otherSource, { message: `${which} runs the image ${source.image}, but the configuration names none.` }),
        ];
      }
      if (isCommitId(commit)) return [];
      return [found(unknownCommit, { message: `Railway cannot deploy the commit "${commit}".` })];
    },
    candidates: async ({ deployment, others }, signal) => {
      const now = deployment ? [deployment, ...others] : others;
      // Railway keeps removed deployments for a while: `canRollback` says which.
      const past = (await api.listDeployments(signal)).filter(
        ({ status, canRollback }) => canRollback && ['SUCCESS', 'SLEEPING', 'REMOVED'].includes(status),
      );
      return past
        .map(one => toDeployment(one, url))
        .filter(one => !now.some(serves => serves.id === one.id || isSameCode(serves, one)));
    },
    obstaclesToRollback: async (to, signal) => {
      const why = explainRefusal(await ignoreNotFound(api.readDeployment(to.id, signal)), service);
      return why === undefined
        ? []
        : [found(notRestorable, { message: `Railway cannot roll back to ${to.id}: ${why}.` })];
    },
    deploy: async (commit, signal, progress, again = false) => {
      const deploying: Deploying = { context, signal, progress, isRollback: false };
      const isOurs = ({ meta }: RailwayDeployment) =>
        image === undefined ? meta?.commitHash === commit : isSameImage(meta?.image ?? '', image);
      // A tag such as `latest` may have named another image when that deployment began.
      const isJoinable = !again && (image === undefined || isImmutable(image, commit));
      const joinable = isJoinable ? await api.listDeployments(signal) : [];
      const running = joinable.find(one => isOurs(one) && isUnderWay(one));
      if (running) progress.say(`${running.id} is already deploying the same code. The gate waits for it.`);
      const begin = async () => {
        if (image === undefined) return api.deploy(commit, signal);
        await api.setImage(image, signal);
        return api.deploy(undefined, signal);
      };
      const id = running?.id ?? (await beginOnce({ deployments, deploying, begin, isOurs }));
      const ended = await waitUntilLive(id, deployments, deploying, isOurs);
      return conclude(await explainSkip(ended, signal), isOurs, signal);
    },
    rollback: async (to, _reason, signal, progress) => {
      const deploying: Deploying = { context, signal, progress, isRollback: true };
      const isOurs = (one: RailwayDeployment) => {
        const made = toDeployment(one, url);
        const unknown = to.commit === undefined && to.image === undefined;
        return unknown || isSameCode(made, to) || (made.commit === undefined && made.image === undefined);
      };
      const begin = async () => {
        await api.rollBack(to.id, signal);
        return undefined;
      };
      const isSame = (one: RailwayDeployment) => isSameCode(toDeployment(one, url), to);
      const running = (await api.listDeployments(signal)).find(one => isSame(one) && isUnderWay(one));
      const id = running?.id ?? (await beginOnce({ deployments, deploying, begin, isOurs }));
      progress.say(`Railway rolls back to ${to.id} with the ${running ? '' : 'new '}deployment ${id}.`);
      const change = await conclude(await waitUntilLive(id, deployments, deploying, isSame), isSame, signal);
      if (change.verdict !== 'passed') return change;
      const message = `${service.service} has the variables of ${to.id} again. If Railway deployed pushes automatically before, it still does.`;
      return { ...change, findings: [...change.findings, found(restoredVariables, { message })] };
    },
    listUnfinished: async signal =>
      (await api.listDeployments(signal)).filter(isUnderWay).map(one => toUnfinished(one, url)),
    cancel: ({ id }, signal) => api.cancelDeployment(id, signal),
    readAutoDeploys: async signal => ((await api.readAutoDeploy(signal)) ? 'on' : undefined),
    setAutoDeploys: (setting, signal) => api.setAutoDeploy(setting !== undefined, signal),
    variables: signal => api.listVariables(signal),
    log: ({ id }, signal) => api.readLog(id, 'deployment', signal),
  };
}

function explainRefusal(
  deployment: RailwayDeployment | undefined,
  { service, environment }: RailwayService,
): string | undefined {
  if (deployment === undefined) return 'Railway does not know it';
  if (deployment.serviceId && deployment.serviceId !== service) return 'it belongs to another service';
  if (deployment.environmentId && deployment.environmentId !== environment) return 'it belongs to another environment';
  return deployment.canRollback
    ? undefined
    : `Railway no longer keeps its image, or it was never live (${deployment.status})`;
}
