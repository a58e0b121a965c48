import type { ReleaseRecord } from './record.ts';
import type { GateReport } from './report.ts';

/** What a person needs to know who is called because a release went bad. */
export interface Incident {
  /** The release that was undone, or was to be. */
  record: ReleaseRecord;
  report: GateReport;
  /** Why the rollback was asked for; may be empty. */
  reason: string;
}

/** Where incidents are told. Throws a GateError when that cannot be done. */
export interface Incidents {
  /** Opens an incident, or adds to the one of the same release that is open. Returns where it can be read. */
  note(incident: Incident): Promise<string>;
}
