import type { Configuration } from '../../config/load.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import type { Releases } from '../../core/releases.ts';
import type { ServiceOptions } from '../deploy/options.ts';
import type { Needs } from '../deploy/order.ts';

export interface RollbackOptions {
  services: ServiceOptions[];
  /** Which of them were released after which. */
  needs: Needs;
  environment: string;
  /** What an earlier gate of the same run has handed over. */
  record: ReleaseRecord | undefined;
  /** A record to fill in where there is none. */
  empty: ReleaseRecord;
  /** `previous`, the id of a GitHub deployment to undo, or for one service the deployment to go back to. */
  target: string;
  reason: string;
  dryRun: boolean;
  releases: Releases;
  /** The configuration as it is for a commit: what a probe expects of the old version. */
  configurationOf(commit: string): Promise<Configuration>;
}
