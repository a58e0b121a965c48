import type { SourceConfiguration } from '../../config/schema/sources.ts';
import type { Variables } from '../../core/context.ts';
import type { ContractService } from './contract.ts';
import type { Declaration } from './options.ts';
import type { Readings } from './sources/readings.ts';
import { readStep } from './sources/step.ts';

/** One service with all that is known about its variables. */
export interface ServiceView {
  service: string;
  declarations: Declaration[];
  configured: SourceConfiguration;
  /** Sources that must have each variable: the declared ones that could be read; the step if none are declared. */
  required: Readings[];
  /** Where values can come from: those, and the step. */
  all: Readings[];
  /** Names of sources that could not be read. */
  unread: string[];
  /** Every value that can be read. If several sources have a variable, the value that the service gets. */
  variables: Variables;
}

export function createView(
  { service, declarations, configured }: ContractService,
  { readings, unread }: { readings: Readings[]; unread: string[] },
  variables: Variables,
): ServiceView {
  const step = readStep(variables);
  const noneDeclared = readings.length === 0 && unread.length === 0;
  return {
    service,
    declarations,
    configured,
    required: noneDeclared ? [step] : readings,
    all: [...readings, step],
    unread,
    variables: readings[0]?.variables ?? variables,
  };
}
