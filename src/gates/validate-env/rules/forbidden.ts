import { type Check, concludeFrom } from '../../../core/check.ts';
import { type Finding, type FindingKind, found, type Place } from '../../../core/finding.ts';
import type { Readings } from '../sources/readings.ts';

export const forbiddenVariable: FindingKind = {
  code: 'env/forbidden-variable',
  severity: 'error',
  boundary: 'identity',
  meaning: 'A service has or reads a variable that the contract keeps out of it.',
  cause: 'Variables were copied from one service to another, or code moved to a service that is not trusted with them.',
  help: 'Remove it from the service, and rotate it if others could reach the service.',
};

export interface Forbidden {
  service: string;
  variable: string;
  /** Where the contract keeps it out. */
  readonly place?: Place | undefined;
}

/** Looks for a variable in each source of a service that must not have it. */
export function checkForbidden(forbidden: Forbidden, sources: Readings[]): Check {
  const { service, variable } = forbidden;
  return {
    name: `${service} without ${variable}`,
    boundary: 'identity',
    run: () => {
      const having = sources.filter(source => {
        const state = source.get(variable)?.state;
        return state === 'set' || state === 'unreadable';
      });
      const findings: Finding[] = having.map(({ at }) =>
        found(forbiddenVariable, {
          message: `${service} has ${variable} ${at.place}, but the contract keeps it out of ${service}.`,
          place: forbidden.place,
        }),
      );
      return concludeFrom(findings, 'absent');
    },
  };
}
