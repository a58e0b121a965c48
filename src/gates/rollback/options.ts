import type { Configuration } from '../../config/load.ts';
import type { Incidents } from '../../core/incidents.ts';
import type { Lock } from '../../core/lock.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import type { Releases } from '../../core/releases.ts';
import type { Measuring } from '../../release/downtime.ts';
import type { Needs } from '../../release/order.ts';
import type { ServiceOptions } from '../../release/services.ts';

export interface RollbackOptions {
  services: ServiceOptions[];
  /** Which of them were released after which. */
  needs: Needs;
  environment: string;
  /** What an earlier gate of the same run has handed over. */
  record: ReleaseRecord | undefined;
  /** A record to fill in where there is none. */
  empty: ReleaseRecord;
  /** `previous`, the id of a GitHub deployment to undo, or for one service the deployment or version to go back to. */
  target: string;
  reason: string;
  /** Every service of the configuration, chosen or not. */
  configured: string[];
  /** Migrations that the old code is known to fit, whatever their grade. */
  despiteMigrations: string[];
  /** Whether later pushes are kept from going live by themselves. */
  holdAutoDeploys: boolean;
  dryRun: boolean;
  /** What is asked all through the rollback; undefined where nothing is. */
  measuring: Measuring | undefined;
  releases: Releases;
  /** Shared with other repositories; undefined where the environment is released to from this one alone. */
  lock: Lock | undefined;
  /** Where the incident is told; undefined where none is wanted. */
  incidents: Incidents | undefined;
  /** The configuration as it is for a commit: what a probe expects of the old version. */
  configurationOf(commit: string): Promise<Configuration>;
}
