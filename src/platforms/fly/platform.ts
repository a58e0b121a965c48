import type { FlyService } from '../../config/schema/services.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { failChange } from '../failed-change.ts';
import { notLive } from '../findings.ts';
import { isImmutable, isSameImage } from '../image.ts';
import type { Change, Live, Platform, PlatformDependencies, Progress } from '../platform.ts';
import { poll } from '../polling.ts';
import { createFlyApi } from './api.ts';
import { candidatesOf } from './candidates.ts';
import { deployByFlyctl, obstaclesToFlyctl } from './flyctl.ts';
import { appMachines, liveOf, noMachines } from './live.ts';
import { roll } from './roll.ts';
import type { Target } from './update-machine.ts';
import { variablesOf } from './variables.ts';
import { obstaclesToImage } from './way-back.ts';

export const currentSecrets: FindingKind = {
  code: 'platform/current-secrets',
  severity: 'notice',
  boundary: 'delivery',
  meaning: 'The image is that of the earlier release; its variables and secrets are those of today.',
  cause: 'Fly.io keeps images and no earlier values of variables and secrets.',
  help: 'If the release also changed variables or secrets, set them back.',
};

/** Milliseconds that a machine which was well may fail a check before that counts. */
const wellWithin = 30_000;

/**
 * A service on Fly.io: its machines are updated to an image through the Machines API, or by flyctl, which builds one.
 */
export function flyPlatform(service: FlyService, dependencies: PlatformDependencies): Platform {
  const { app, url, image } = service;
  const { context } = dependencies;
  const api = createFlyApi(app, dependencies);
  const live = async (signal: AbortSignal): Promise<Live> => {
    try {
      return liveOf(await appMachines(app, api, signal), url);
    } catch (error) {
      // flyctl makes the first machines of an app.
      const firstOf = image === undefined && error instanceof GateError;
      if (firstOf && error.findings.every(({ code }) => code === noMachines.code)) return nothingLive;
      throw error;
    }
  };

  const change = async (target: Target, signal: AbortSignal, progress: Progress): Promise<Change> => {
    const machines = await appMachines(app, api, signal);
    const findings = await roll(machines, { api, target, context, signal, progress });
    if (findings.some(({ severity }) => severity === 'error')) return failChange(findings, live, signal);
    let now = await live(signal);
    const there = await poll({ clock: context.clock, signal, deadline: wellWithin, pause: () => 1000 }, async () => {
      if (serves(now, target.image)) return true;
      now = await live(signal);
      return undefined;
    });
    if (there) return { verdict: 'passed', live: now, findings };
    const message = `The app ${app} was updated to ${target.image}, and its machines run ${imagesOf(now).join(' and ')}${now.down ? ', not all of them up' : ''}.`;
    return { verdict: 'failed', live: now, findings: [...findings, found(notLive, { message })] };
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
      image === undefined ? obstaclesToFlyctl(service, commit, context) : api.obstaclesOfImage(image, signal),
    candidates: async (now, signal) => candidatesOf(await api.releases(signal), now),
    obstaclesToRollback: async ({ id }, signal) => {
      const running = imagesOf(await live(signal));
      return obstaclesToImage(id, { app, running, configured: image }, api, signal);
    },
    deploy: (commit, signal, progress) =>
      image === undefined
        ? deployByFlyctl({ service, api, context, live }, commit, signal, progress)
        : change({ image, commit: commit || undefined }, signal, progress),
    rollback: async ({ id, commit }, _reason, signal, progress) => {
      const { findings, ...result } = await change({ image: id, commit }, signal, progress);
      return { ...result, findings: [...findings, ...noticeOfSecrets(result.verdict, app)] };
    },
    // Fly.io deploys nothing by itself.
    holdAutoDeploys: async () => [],
    resumeAutoDeploys: async () => [],
    variables: signal => variablesOf(app, api, signal),
    log: async (_deployment, signal) => (await api.logs('', signal)).map(({ text }) => text),
  };
}

const nothingLive: Live = { deployment: undefined, others: [], down: false };

function serves({ deployment, others, down }: Live, image: string): boolean {
  return !down && deployment !== undefined && [deployment, ...others].every(({ id }) => isSameImage(id, image));
}

function imagesOf({ deployment, others }: Live): string[] {
  return (deployment ? [deployment, ...others] : others).map(({ id }) => id);
}

function noticeOfSecrets(verdict: Change['verdict'], app: string): Finding[] {
  if (verdict !== 'passed') return [];
  return [
    found(currentSecrets, {
      message: `The app ${app} runs the earlier image with the variables and secrets of today.`,
    }),
  ];
}
