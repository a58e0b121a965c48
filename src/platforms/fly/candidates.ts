import type { Deployment } from '../../core/record.ts';
import { isSameImage } from '../image.ts';
import type { Live } from '../platform.ts';
import type { Release } from './api.ts';

/** What flyctl writes at the end of a release that went well; `succeeded` is of the time before machines. */
const good = ['complete', 'succeeded'];

/** The images of earlier releases that went well and are not live, the newest first. */
export function candidatesOf(releases: Release[], { deployment, others }: Live): Deployment[] {
  const live = deployment ? [deployment, ...others] : others;
  const seen: string[] = [];
  return releases.flatMap(({ status, image_ref: image }) => {
    if (!image || !good.includes(status)) return [];
    if ([...live.map(({ id }) => id), ...seen].some(known => isSameImage(known, image))) return [];
    seen.push(image);
    return [{ id: image }];
  });
}
