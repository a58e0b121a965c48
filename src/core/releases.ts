import type { ReleaseRecord } from './record.ts';

/** Where the records of releases are kept beyond this run. Its methods throw a GateError when they cannot do their work. */
export interface Releases {
  /** Notes that a release begins, with what was live before it. */
  open(record: ReleaseRecord): Promise<OpenRelease>;
  /** The releases of an environment that have a record, newest first. */
  past(environment: string): AsyncIterable<PastRelease>;
  /** Notes on a release that it was undone, or that this did not work out. */
  undone(release: PastRelease, description: string): Promise<void>;
}

export interface OpenRelease {
  /** `url`: where the release answers its users. */
  succeeded(url: string): Promise<void>;
  failed(description: string): Promise<void>;
}

export interface PastRelease {
  id: string;
  record: ReleaseRecord;
}
