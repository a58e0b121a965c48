import { type Check, concludeFrom } from '../../../core/check.ts';
import { type Finding, type FindingKind, found, type Place } from '../../../core/finding.ts';
import type { Readings } from '../sources/readings.ts';

export const forbiddenVariable: FindingKind = {
  code: 'env/forbidden-variable',
  severity: 'error',
  boundary: 'identity',
  meaning: 'A service has, or reads, a variable that the contract keeps out of it.',
  cause: 'All variables of one service were copied to another, or code was moved to where it is not trusted.',
  help: 'Take it out of the service, and rotate it if the service could be reached by others.',
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
          message: `${service} has ${variable} ${at.place}, and the contract keeps it out of there.`,
          place: forbidden.place,
        }),
      );
      return concludeFrom(findings, 'not there');
    },
  };
}
