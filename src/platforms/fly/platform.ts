import type { FlyService } from '../../config/schema/services.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, found } from '../../core/finding.ts';
import { concludeChange } from '../conclude-change.ts';
import { isImmutable, isSameImage, pinDigest } from '../image.ts';
import {
  type Change,
  type Live,
  listServing,
  type Platform,
  type PlatformDependencies,
  type Progress,
} from '../platform.ts';
import { createFlyApi, type FlyApi } from './api.ts';
import { checkDefinition } from './definition.ts';
import { rollOut } from './deploying.ts';
import { currentSecrets, noMachines } from './findings.ts';
import { checkFlyctl, deployByFlyctl } from './flyctl.ts';
import { listAppMachines, reportUnreachable, toLive } from './live.ts';
import { isUnreachable, selectAppMachines } from './machine.ts';
import { checkRollback, listCandidates } from './rollback.ts';
import type { Target } from './rollout.ts';
import { listVariables } from './variables.ts';

/** Milliseconds that a machine which was healthy may fail a check before that counts. */
const healthyWithin = 30_000;

/** A service on Fly.io. The Machines API updates its machines to an image, or flyctl builds one and does. */
export function flyPlatform(service: FlyService, dependencies: PlatformDependencies): Platform {
  const { app, url, image } = service;
  const { context } = dependencies;
  const api = createFlyApi(app, dependencies);
  const live = async (signal: AbortSignal): Promise<Live> => {
    try {
      return toLive(await listAppMachines(app, api, signal), url);
    } catch (error) {
      // flyctl creates the first machines of an app.
      const mayBeFirst = image === undefined && error instanceof GateError;
      if (mayBeFirst && error.findings.every(({ code }) => code === noMachines.code)) return nothingLive;
      throw error;
    }
  };

  const change = async (wanted: Target, signal: AbortSignal, progress: Progress): Promise<Change> => {
    const [machines, target] = await Promise.all([listAppMachines(app, api, signal), pinTag(wanted, api, signal)]);
    const reachable = machines.filter(machine => !isUnreachable(machine));
    const rolledOut =
      reachable.length > 0 ? await rollOut(reachable, { app, api, target, context, signal, progress }) : [];
    const findings = [...rolledOut, ...reportUnreachable(app, machines)];
    return concludeChange(findings, {
      readLive: live,
      serves: now => serves(now, target.image),
      within: healthyWithin,
      describeMismatch: now =>
        `The app ${app} was updated to ${target.image}, but its machines run ${listImages(now).join(' and ')}${now.down ? ', and some are down' : ''}.`,
      clock: context.clock,
      signal,
    });
  };

  return {
    live,
    carries: (now, commit) => {
      const noted = commit !== '' && now.deployment?.commit === commit && now.others.length === 0;
      if (image === undefined) return noted && !now.down;
      return serves(now, image) && (isImmutable(image, commit) || noted);
    },
    runs: (now, { id }) => serves(now, id),
    obstaclesToDeploy: async (commit, signal) =>
      image === undefined ? checkFlyctl(service, commit, context) : checkImageDeploy(image, service, api, signal),
    candidates: async (now, signal) => listCandidates(await api.listReleases(signal), now),
    obstaclesToRollback: async ({ id }, signal) => {
      const running = listImages(await live(signal));
      return checkRollback(id, { app, running, configured: image }, api, signal);
    },
    deploy: (commit, signal, progress, again = false) =>
      image === undefined
        ? deployByFlyctl(commit, { service, api, readLive: live, context, signal, progress })
        : change({ image, commit: commit || undefined, again }, signal, progress),
    rollback: async ({ id, commit }, _reason, signal, progress) => {
      const { findings, ...result } = await change({ image: id, commit }, signal, progress);
      return { ...result, findings: [...findings, ...reportSecrets(result.verdict, app)] };
    },
    // An interrupted change stops where it is.
    listUnfinished: async () => [],
    cancel: async () => {},
    // Fly.io deploys nothing by itself.
    readAutoDeploys: async () => undefined,
    listChangedVariables: async (_live, signal) =>
      (await listVariables(app, api, signal)).filter(({ staged }) => staged).map(({ name }) => name),
    variables: signal => listVariables(app, api, signal),
    log: async (_deployment, signal) => (await api.readLog('', signal)).map(({ text }) => text),
  };
}

/** What would keep the machines from an image, in the order in which a person would fix it. */
async function checkImageDeploy(
  image: string,
  { app }: FlyService,
  api: FlyApi,
  signal: AbortSignal,
): Promise<Finding[]> {
  const [ofImage, ofDefinition, machines] = await Promise.all([
    api.checkImage(image, signal),
    checkDefinition(app, api, signal),
    api.listMachines(signal),
  ]);
  return [...ofImage.findings, ...ofDefinition, ...reportUnreachable(app, selectAppMachines(machines))];
}

/**
 * A tag that moves with its digest, as flyctl deploys it (superfly/flyctl internal/build/imgsrc/resolver.go): Fly.io does
 * not pull a reference again that a machine has already. Without the digest where the registry does not tell it.
 */
async function pinTag(target: Target, api: FlyApi, signal: AbortSignal): Promise<Target> {
  if (isImmutable(target.image, target.commit ?? '')) return target;
  const { digest } = await api.checkImage(target.image, signal);
  return { ...target, image: pinDigest(target.image, digest) };
}

const nothingLive: Live = { deployment: undefined, others: [], down: false };

function serves({ deployment, others, down }: Live, image: string): boolean {
  return !down && deployment !== undefined && [deployment, ...others].every(({ id }) => isSameImage(id, image));
}

function listImages(live: Live): string[] {
  return listServing(live).map(({ id }) => id);
}

function reportSecrets(verdict: Change['verdict'], app: string): Finding[] {
  if (verdict !== 'passed') return [];
  return [
    found(currentSecrets, {
      message: `The app ${app} runs the earlier image with its current variables and secrets.`,
    }),
  ];
}
