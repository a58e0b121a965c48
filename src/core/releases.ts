import type { ReleaseRecord } from './record.ts';

/** Where the records of releases are kept beyond this run. A method throws a GateError if it cannot do its work. */
export interface Releases {
  /** The page of this run. */
  run: string;
  /** Records that a release begins, with what was live before it. */
  open(record: ReleaseRecord): Promise<OpenRelease>;
  /** The newest release of the commit that this run began and did not end. */
  resume(environment: string, commit: string): Promise<OpenRelease | undefined>;
  /** The releases of the commit that this run began and did not end: one for each deploy step of it. */
  unfinished(environment: string, commit: string): Promise<OpenRelease[]>;
  /** The newest release, if it is of the commit and did not end well, such as one that an earlier run left unverified. */
  unproven(environment: string, commit: string): Promise<OpenRelease | undefined>;
  /** The releases of an environment, the newest first. Throws an UnreadableRecord at one whose record cannot be read. */
  past(environment: string): AsyncIterable<PastRelease>;
  /** Whether a release gave way to another before it changed a service. Its migrations may have run all the same. */
  gaveWay(release: PastRelease): Promise<boolean>;
  /**
   * The oldest other release of an environment that a run is still carrying out. With `before`, only releases that
   * began before that one count.
   */
  underWay(environment: string, before?: OpenRelease): Promise<UnderWay | undefined>;
  /** Whether a release ended well and was not undone. */
  stands(release: PastRelease): Promise<boolean>;
  /** Notes on a release that its rollback turned off automatic deploys of a service, and which setting they had. */
  noteHeld(release: PastRelease, service: string, setting: string): Promise<void>;
  /** Automatic deploys that rollbacks turned off and no release has resumed, by service. */
  listHeld(environment: string): Promise<Map<string, HeldSetting>>;
  /** Notes that automatic deploys are on again. */
  noteResumed(held: HeldSetting, service: string): Promise<void>;
  /** Records that a release was undone, or that a rollback of it failed. */
  undone(release: PastRelease, description: string): Promise<void>;
}

export interface OpenRelease {
  id: string;
  /** Why others may soon stop seeing that it is in progress; undefined if they see it. */
  notShown?: unknown;
  /** `url`: where users reach the release. */
  succeeded(url: string): Promise<void>;
  failed(description: string): Promise<void>;
  /** It changed nothing and does not count. */
  withdrawn(description: string): Promise<void>;
}

/** A release that another run is carrying out. */
export interface UnderWay {
  id: string;
  commit: string;
  /** The page of its run. */
  run: string;
  /** Milliseconds since the epoch. */
  since: number;
}

/** A setting of automatic deploys, and the release whose rollback turned them off. */
export interface HeldSetting {
  release: string;
  setting: string;
}

export interface PastRelease {
  id: string;
  record: ReleaseRecord;
}
