import type { FlyService } from '../../config/schema/services.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { notLive } from '../findings.ts';
import type { Change, Live, Platform, PlatformDependencies, Progress } from '../platform.ts';
import { createFlyApi } from './api.ts';
import { candidatesOf } from './candidates.ts';
import { isImmutable, sameImage } from './image.ts';
import { appMachines, liveOf } from './live.ts';
import { roll } from './roll.ts';
import type { Target } from './update-machine.ts';
import { variablesOf } from './variables.ts';

export const noImageNamed: FindingKind = {
  code: 'deploy/no-image',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The configuration does not say which image to release, so nothing was changed.',
  cause: 'The service on Fly.io has no `image`.',
  remedy: 'Add `image: registry.fly.io/<app>:${commit}`, and push that image before this gate.',
};

export const currentSecrets: FindingKind = {
  code: 'platform/current-secrets',
  severity: 'notice',
  boundary: 'delivery',
  meaning: 'The image is that of the earlier release; its variables and secrets are those of today.',
  cause: 'Fly.io keeps images and no earlier values of variables and secrets.',
  remedy: 'If the release also changed variables or secrets, set them back.',
};

/** A service on Fly.io: its machines are updated to an image through the Machines API. */
export function flyPlatform(service: FlyService, dependencies: PlatformDependencies): Platform {
  const { app, url, image } = service;
  const { context } = dependencies;
  const api = createFlyApi(app, dependencies);
  const live = async (signal: AbortSignal) => liveOf(await appMachines(app, api, signal), url);

  const change = async (target: Target, signal: AbortSignal, progress: Progress): Promise<Change> => {
    const machines = await appMachines(app, api, signal);
    const findings = await roll(machines, { api, target, context, signal, progress });
    const now = await live(signal);
    if (findings.some(({ severity }) => severity === 'error')) return { verdict: 'failed', live: now, findings };
    if (serves(now, target.image)) return { verdict: 'passed', live: now, findings };
    const seen = `The app ${app} was updated to ${target.image}, and its machines run ${imagesOf(now).join(' and ')}${now.down ? ', not all of them up' : ''}.`;
    return { verdict: 'failed', live: now, findings: [...findings, found(notLive, { seen })] };
  };

  return {
    live,
    carries: (now, commit) =>
      image !== undefined &&
      serves(now, image) &&
      (isImmutable(image, commit) || (now.deployment?.commit === commit && now.others.length === 0)),
    runs: (now, { id }) => serves(now, id),
    obstaclesToDeploy: async (_commit, signal) =>
      image === undefined
        ? [found(noImageNamed, { seen: `No image is named for the app ${app}.` })]
        : api.obstaclesOfImage(image, signal),
    candidates: async (now, signal) => candidatesOf(await api.releases(signal), now),
    obstaclesToRollback: ({ id }, signal) => api.obstaclesOfImage(id, signal),
    deploy: (commit, signal, progress) => change({ image: image ?? '', commit: commit || undefined }, signal, progress),
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

function serves({ deployment, others, down }: Live, image: string): boolean {
  return !down && deployment !== undefined && [deployment, ...others].every(({ id }) => sameImage(id, image));
}

function imagesOf({ deployment, others }: Live): string[] {
  return (deployment ? [deployment, ...others] : others).map(({ id }) => id);
}

function noticeOfSecrets(verdict: Change['verdict'], app: string): Finding[] {
  if (verdict !== 'passed') return [];
  return [
    found(currentSecrets, { seen: `The app ${app} runs the earlier image with the variables and secrets of today.` }),
  ];
}
