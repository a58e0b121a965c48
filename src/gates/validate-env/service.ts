import type { SourceConfiguration } from '../../config/schema/sources.ts';
import type { Variables } from '../../core/context.ts';
import type { Declaration } from './options.ts';
import type { Readings } from './sources/readings.ts';
import { stepReadings } from './sources/step.ts';

/** One service with all that is known of its variables. */
export interface ServiceView {
  service: string;
  declarations: Declaration[];
  configured: SourceConfiguration;
  /**
   * Sources that must have each variable: the declared ones that could be read, or the step where none are declared.
   */
  required: Readings[];
  /** Where values can come from: those, and the step. */
  all: Readings[];
  /** Names of sources that could not be read. */
  unread: string[];
  /** Every value that can be read; of several the one that the service will have. */
  variables: Variables;
}

export function serviceView(
  { service, declarations, configured }: Pick<ServiceView, 'service' | 'declarations' | 'configured'>,
  sources: { readings: Readings[]; unread: string[] },
  step: Variables,
): ServiceView {
  const ofStep = stepReadings(step);
  const { readings, unread } = sources;
  const noneDeclared = readings.length === 0 && unread.length === 0;
  return {
    service,
    declarations,
    configured,
    required: noneDeclared ? [ofStep] : readings,
    all: [...readings, ofStep],
    unread,
    variables: readings[0]?.variables ?? step,
  };
}
