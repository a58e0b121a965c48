import type { ReleaseRecord } from './record.ts';

/**
 * Where the records of releases are kept beyond this run. Its methods throw a GateError when they cannot do their work.
 */
export interface Releases {
  /** Notes that a release begins, with what was live before it. */
  open(record: ReleaseRecord): Promise<OpenRelease>;
  /** The newest release of the commit that this run has begun and not ended. */
  resume(environment: string, commit: string): Promise<OpenRelease | undefined>;
  /** The releases of an environment that have a record, newest first. */
  past(environment: string): AsyncIterable<PastRelease>;
  /** Whether a release gave way to another before it had changed a service. What ran on its databases before counts. */
  gaveWay(release: PastRelease): Promise<boolean>;
  /**
   * The oldest other release of an environment that has begun and not ended, by a run that still goes on; of those that
   * began before a release, where one is given.
   */
  underWay(environment: string, before?: OpenRelease): Promise<UnderWay | undefined>;
  /** Notes on a release that it was undone, or that this did not work out. */
  undone(release: PastRelease, description: string): Promise<void>;
}

export interface OpenRelease {
  id: string;
  /** Why others may not see for long that it goes on; undefined where they do. */
  notShown?: unknown;
  /** `url`: where the release answers its users. */
  succeeded(url: string): Promise<void>;
  failed(description: string): Promise<void>;
  /** It has changed nothing and does not count. */
  withdrawn(description: string): Promise<void>;
}

/** A release that someone else is carrying out. */
export interface UnderWay {
  id: string;
  commit: string;
  /** The page of its run. */
  run: string;
  /** Milliseconds since the epoch. */
  since: number;
}

export interface PastRelease {
  id: string;
  record: ReleaseRecord;
}
