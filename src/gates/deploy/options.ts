import type { Configuration } from '../../config/load.ts';
import type { Lock } from '../../core/lock.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import type { Releases } from '../../core/releases.ts';
import type { Measuring } from '../../release/downtime.ts';
import type { ChosenServices } from '../../release/services.ts';
import type { Phase } from './phase.ts';
import type { Tagging } from './tag.ts';

export interface DeployOptions extends ChosenServices {
  commit: string;
  /** How far it goes with services that are staged first. */
  phase: Phase;
  configuration: Configuration;
  /** The release so far. */
  record: ReleaseRecord;
  releases: Releases;
  /** Shared with other repositories; undefined where the record of the release is its lock. */
  lock: Lock | undefined;
  /** How long it waits for another release of the environment to end; milliseconds. */
  lockTimeout: number;
  tagging: Tagging;
  /** Whether later pushes go live by themselves again, once this release is live. */
  resumeAutoDeploys: boolean;
  /** What is asked all through the release; undefined where nothing is. */
  measuring: Measuring | undefined;
}
