import type { ReleaseRecord } from './record.ts';
import type { UnderWay } from './releases.ts';

/** Keeps two releases of one environment apart. A method throws a GateError if it cannot do its work. */
export interface Lock {
  /** The other release that holds the environment. Once this release has taken its place, only earlier ones count. */
  holder(): Promise<UnderWay | undefined>;
  /** Takes a place behind the releases that hold the environment. A later step of the same run keeps that place. */
  take(record: ReleaseRecord): Promise<void>;
  /** Gives up the place for another release. Nothing was changed so far. */
  giveWay(to: UnderWay): Promise<void>;
  /** Gives up the place at the end of the release. */
  free(): Promise<void>;
}
