import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { isSameImage, parseImage } from '../image.ts';
import type { FlyApi } from './api.ts';

export const foreignImage: FindingKind = {
  code: 'platform/foreign-image',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The image to go back to was never one of this app, so nothing was changed.',
  cause: 'A `target` of another service, or a record of another configuration.',
  help: 'Name an image that the app has run: `fly releases --image` lists them.',
};

export const neverReleased: FindingKind = {
  code: 'platform/never-released',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'No release of the app has this image, so it may never have been live.',
  cause: 'A mistyped `target`, or machines that were updated one by one, which makes no release.',
  help: 'Compare it with `fly releases --image`.',
};

/** What the app runs, and the image that the configuration names. */
export interface Known {
  app: string;
  running: string[];
  configured: string | undefined;
}

/**
 * What speaks against an image as the way back. Apps can share images, so the names that this one has run count, not
 * that of the app. Fly.io keeps no list of what was live: a release that is missing stops nothing, since machines can
 * be updated without one.
 */
export async function obstaclesToImage(
  image: string,
  { app, running, configured }: Known,
  api: FlyApi,
  signal: AbortSignal,
): Promise<Finding[]> {
  const nameOf = (one: string) => parseImage(one).name;
  const names = [`registry.fly.io/${app}`, ...[...running, configured ?? ''].map(nameOf)];
  const released = await releasedImages(api, signal);
  if (![...names, ...(released ?? []).map(nameOf)].includes(nameOf(image))) {
    return [found(foreignImage, { message: `The app ${app} has never run an image of the name of ${image}.` })];
  }
  const wasLive = released === undefined || [...running, ...released].some(one => isSameImage(one, image));
  const unknown = wasLive
    ? []
    : [found(neverReleased, { message: `No release of the app ${app} has the image ${image}.` })];
  return [...unknown, ...(await api.obstaclesOfImage(image, signal))];
}

/** Undefined where they could not be asked for, which is to keep no one from going back. */
async function releasedImages(api: FlyApi, signal: AbortSignal): Promise<string[] | undefined> {
  try {
    return (await api.releases(signal)).flatMap(({ image_ref }) => image_ref ?? []);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
