import type { Channel } from '../../channels/channel.ts';
import type { Configuration } from '../../config/load.ts';
import type { Finding } from '../../core/finding.ts';
import type { Lock } from '../../core/lock.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import type { Releases } from '../../core/releases.ts';
import type { Measuring } from '../../release/downtime.ts';
import type { Needs } from '../../release/order.ts';
import type { ServiceOptions } from '../../release/services.ts';
import type { OnCancel } from './cancelled.ts';

/** What says which release to undo. */
export interface ReleaseChoice {
  /**
   * `previous`, the id of a GitHub deployment to undo, the deployment or version that one service goes back to, or
   * those of several, such as `api=<id>, web=<id>`.
   */
  target: string;
  environment: string;
  services: ServiceOptions[];
  /** The record that an earlier gate of the same run passed on. */
  record: ReleaseRecord | undefined;
  /** Stands in for the record where there is none. */
  empty: ReleaseRecord;
  releases: Releases;
  /** What to do if the run was cancelled; undefined if it was not. Then only what this run released is undone. */
  cancelled: OnCancel | undefined;
  /** The lock that repositories share; undefined if only this repository releases to the environment. */
  lock: Lock | undefined;
}

/** What says which services go back, and what may stop that. */
export interface PlanOptions {
  services: ServiceOptions[];
  /** Every service of the configuration, chosen or not. */
  configured: string[];
  /** Migrations that the old code is known to fit, whatever their grade. */
  despiteMigrations: string[];
}

/** What says how the services go back. */
export interface GoBackOptions {
  /** Which services were released after which. */
  needs: Needs;
  reason: string;
  /** Whether the platforms stop deploying pushes. */
  holdAutoDeploys: boolean;
  /** Undefined: downtime is not measured. */
  measuring: Measuring | undefined;
  /** The configuration for a commit, which says what a probe expects of the old version. */
  loadConfiguration(commit: string): Promise<Configuration>;
}

export interface RollbackOptions extends ReleaseChoice, PlanOptions, GoBackOptions {
  dryRun: boolean;
  /** Where people are notified. */
  channels: Channel[];
  /** What to report of inputs that the gate could not take; none of them stops a rollback. */
  ignoredInputs: Finding[];
}
