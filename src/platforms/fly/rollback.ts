import { type Finding, found } from '../../core/finding.ts';
import type { Deployment } from '../../core/record.ts';
import { isSameImage, parseImage } from '../image.ts';
import { type Live, listServing } from '../platform.ts';
import type { FlyApi, Release } from './api.ts';
import { foreignImage, neverReleased } from './findings.ts';

/** What flyctl writes at the end of a good release. `succeeded` is from the time before machines. */
const good = ['complete', 'succeeded'];

/** The images of earlier good releases that are not live, the newest first. */
export function listCandidates(releases: Release[], live: Live): Deployment[] {
  const seen = listServing(live).map(({ id }) => id);
  return releases.flatMap(({ status, image_ref: image }) => {
    if (!image || !good.includes(status) || seen.some(known => isSameImage(known, image))) return [];
    seen.push(image);
    return [{ id: image }];
  });
}

/** What the app runs, and the image that the configuration names. */
export interface KnownImages {
  app: string;
  running: string[];
  configured: string | undefined;
}

/**
 * What speaks against rolling back to an image. Apps can share images, so only the names of images that this app has
 * run count, not the app's own name. Fly.io keeps no list of what was live, and machines can be updated without a
 * release. So an image without a release is only a warning.
 */
export async function checkRollback(
  image: string,
  { app, running, configured }: KnownImages,
  api: FlyApi,
  signal: AbortSignal,
): Promise<Finding[]> {
  const getName = (one: string) => parseImage(one).name;
  const names = [`registry.fly.io/${app}`, ...[...running, configured ?? ''].map(getName)];
  const released = await listReleasedImages(api, signal);
  if (![...names, ...(released ?? []).map(getName)].includes(getName(image))) {
    return [found(foreignImage, { message: `The app ${app} has never run an image with the name of ${image}.` })];
  }
  const wasLive = released === undefined || [...running, ...released].some(one => isSameImage(one, image));
  const unknown = wasLive
    ? []
    : [found(neverReleased, { message: `No release of the app ${app} has the image ${image}.` })];
  return [...unknown, ...(await api.checkImage(image, signal)).findings];
}

/** Undefined when they cannot be read, which must not prevent a rollback. */
async function listReleasedImages(api: FlyApi, signal: AbortSignal): Promise<string[] | undefined> {
  try {
    return (await api.listReleases(signal)).flatMap(({ image_ref }) => image_ref ?? []);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
