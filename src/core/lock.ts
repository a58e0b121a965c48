import type { ReleaseRecord } from './record.ts';
import type { UnderWay } from './releases.ts';

/** Keeps two releases of one environment apart. Its methods throw a GateError when they cannot do their work. */
export interface Lock {
  /** The other release that holds the environment. Once this one has taken its place, only those before it count. */
  holder(): Promise<UnderWay | undefined>;
  /**
   * Takes a place behind those that hold the environment. A later step of the same run keeps the place of the first.
   */
  take(record: ReleaseRecord): Promise<void>;
  /** Leaves the place to another release, having changed nothing. */
  giveWay(to: UnderWay): Promise<void>;
  /** The release has ended. */
  free(): Promise<void>;
}
