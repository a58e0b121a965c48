import type { Configuration } from '../../config/load.ts';
import type { History } from '../../core/history.ts';
import type { Lock } from '../../core/lock.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import type { Releases } from '../../core/releases.ts';
import type { Measuring } from '../../release/downtime.ts';
import type { ChosenServices } from '../../release/services.ts';
import type { Phase } from './phase.ts';
import type { Tagging } from './tag.ts';

export interface DeployOptions extends ChosenServices {
  commit: string;
  /** How far to go with services that are staged first. */
  phase: Phase;
  configuration: Configuration;
  /** The release so far. */
  record: ReleaseRecord;
  releases: Releases;
  history: History;
  /** Whether an older commit may overwrite a newer one. */
  allowOlder: boolean;
  /** The services to release again although they run the commit already. */
  again: string[];
  /** The lock that repositories share; undefined if the release record is the lock. */
  lock: Lock | undefined;
  /** How long to wait for another release of the environment to end, in milliseconds. */
  lockTimeout: number;
  tagging: Tagging;
  /** Whether only to report what the release would do. */
  dryRun: boolean;
  /** Whether the platforms deploy pushes again once this release is live. */
  resumeAutoDeploys: boolean;
  /** Whether a release that is live is marked as successful at once, because no later step can do so. */
  isLastStep: boolean;
  /** Undefined: downtime is not measured. */
  measuring: Measuring | undefined;
}
