import { type Finding, found } from '../../core/finding.ts';
import type { ChangeContext } from '../deploying.ts';
import type { FlyApi, Release } from './api.ts';
import { imageNotFound } from './findings.ts';
import type { Leases } from './leases.ts';

/** What the machines are to run. */
export interface Target {
  image: string;
  commit: string | undefined;
  /** Whether machines that run it already are updated too, which gives them the current secrets. */
  again?: boolean;
}

/** The update of an app's machines, while their leases are held. */
export interface Rollout extends ChangeContext {
  app: string;
  api: FlyApi;
  target: Target;
  leases: Leases;
  release: Release | undefined;
}

export function reportNoImage({ image }: Target, said: string): Finding {
  return found(imageNotFound, { message: `Fly.io does not find the image ${image}. It says: ${said}` });
}
