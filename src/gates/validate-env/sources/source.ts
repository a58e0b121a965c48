import type { Boundary, Finding } from '../../../core/finding.ts';
import type { Readings } from './readings.ts';

/** Where the variables of a service come from, beside the step. */
export interface Source {
  service: string;
  kind: 'platform' | 'github' | 'files';
  /** As the report names the check that reads it: `api on Vercel`. */
  name: string;
  boundary: Boundary;
  /** Throws a GateError that says why it could not be read. `findings`: what is wrong with the source itself. */
  read(signal: AbortSignal): Promise<{ readings: Readings; findings: Finding[] }>;
}
