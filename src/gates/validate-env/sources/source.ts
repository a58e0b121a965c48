import type { Boundary, Finding } from '../../../core/finding.ts';
import type { Readings } from './readings.ts';

/** Where a service gets variables from, other than the step. */
export interface Source {
  /** As the report names the check that reads it: `api on Vercel`. */
  name: string;
  boundary: Boundary;
  /** Throws a GateError that says why the source could not be read. `findings`: faults of the source itself. */
  read(signal: AbortSignal): Promise<{ readings: Readings; findings: Finding[] }>;
}
