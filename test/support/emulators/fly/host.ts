import type { Background } from '../background.ts';
import type { ImageRegistry } from './images.ts';

/** Milliseconds. Every one defaults to a few, so that tests are fast. */
export interface FlyDelays {
  /** From an update to the stop of the old process. Default 5. */
  replace?: number;
  /** From the stop to the start of the new process. Default 5. */
  start?: number;
  /** From the creation of a machine that is not started until it can be. Default 5. */
  prepare?: number;
  /** Between health checks until they pass. Default 20. */
  check?: number;
  /** Between health checks that pass. Default 500. */
  recheck?: number;
  /** What a second of `…/wait?timeout=` lasts. Default 1000. */
  waitSecond?: number;
}

/** What a machine knows of the platform around it. */
export interface Host {
  app: string;
  images: ImageRegistry;
  background: Background;
  delays: Required<FlyDelays>;
  /** How often a process that ended with an error is started again. */
  restarts: number;
  /** Whether one that ends after it has started is started again too. */
  restartsLater: boolean;
  secrets(): Record<string, string>;
  /** True when the pull of this image fails after the update was accepted. */
  pullFails(image: string): boolean;
  /** True while the Machines API does not see this image, although the registry has it. */
  lags(image: string): boolean;
  /** Called when a machine may have started or ceased to serve. */
  routesChanged(): void;
}
