import type { ReleaseRecord } from './record.ts';
import type { GateReport } from './report.ts';

/** What a person needs to know when a release went bad. */
export interface Incident {
  /** The release that was undone, or should have been. */
  record: ReleaseRecord;
  report: GateReport;
  /** Why someone asked for the rollback; may be empty. */
  reason: string;
}

/** Where incidents are recorded. */
export interface Incidents {
  /**
   * Opens an incident, or adds to the open one of the same release. Returns its address. Throws a GateError if it
   * cannot.
   */
  note(incident: Incident): Promise<string>;
}
