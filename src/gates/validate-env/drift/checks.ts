import { randomBytes } from 'node:crypto';
import { type Check, concludeFrom } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import type { Comparison, Contract } from '../contract.ts';
import { isSecret } from '../secrecy.ts';
import type { ServiceView } from '../service.ts';
import { createPlatformSource } from '../sources/platform.ts';
import type { Readings } from '../sources/readings.ts';
import { compareMarks, type Marks } from './compare.ts';
import { hashValue, markVariables } from './fingerprint.ts';

export const nothingCompared: FindingKind = {
  code: 'env/nothing-compared',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The gate was asked to compare two environments, but they share no service.',
  cause:
    'This run reads no service from its platform, the other environment lacks the service, or the fingerprint covers other services.',
  help: 'Set `platform: true` under `sources.<service>`, pass a fingerprint of the same services, or remove `compare-with`.',
};

/** One check for each service that both environments have. If they share none, a check that fails for that reason. */
export function planDriftChecks(views: ServiceView[], contract: Contract, context: GateContext): Check[] {
  const { comparison } = contract;
  if (comparison === undefined) return [];
  const checks = views.flatMap(view => {
    const sides = findSides(view, comparison, contract, context);
    return sides === undefined ? [] : [checkDrift(view, sides, contract.environment, comparison.environment)];
  });
  return checks.length > 0 ? checks : [nothingToCompare(comparison.environment)];
}

/** What is compared for one service; the platform of the other environment takes requests. */
type Sides = (signal: AbortSignal) => Promise<{ here: Marks; there: Marks }>;

/** Undefined where the service is in one environment only. */
function findSides(
  view: ServiceView,
  comparison: Comparison,
  { fingerprintKey }: Contract,
  context: GateContext,
): Sides | undefined {
  if ('fingerprint' in comparison) {
    const there = comparison.fingerprint.services[view.service || 'step'];
    if (there === undefined) return undefined;
    return async () => ({ here: markVariables(view, fingerprintKey), there: new Map(Object.entries(there)) });
  }
  const target = comparison.targets.get(view.service);
  const here = view.all.find(({ kind }) => kind === 'platform');
  if (target === undefined || here === undefined) return undefined;
  const source = createPlatformSource({ service: view.service, target, context });
  return async signal => {
    const { readings } = await source.read(signal);
    const key = randomBytes(32).toString('hex');
    return { here: markReadings(here, view, key), there: markReadings(readings, view, key) };
  };
}

/** A comparison that was asked for but did not take place must not look like a clean result. */
function nothingToCompare(environment: string): Check {
  const message = `No service of this run could be compared with ${environment}.`;
  return {
    name: `compared with ${environment}`,
    boundary: 'delivery',
    run: () => ({ verdict: 'error', findings: [found(nothingCompared, { message })] }),
  };
}

function checkDrift({ service, configured }: ServiceView, sides: Sides, here: string, there: string): Check {
  return {
    name: `${service || 'step'}: compared with ${there}`,
    boundary: 'delivery',
    run: async signal => {
      const marks = await sides(signal);
      const findings = compareMarks({
        service: service || 'The step',
        here: { environment: here || 'this environment', marks: marks.here },
        there: { environment: there, marks: marks.there },
        ignore: new Set(configured.ignore),
      });
      return concludeFrom(findings, `${marks.here.size} and ${marks.there.size} variables`);
    },
  };
}

/** Each variable with its digest from the platform, or the keyed hash of a secret; null where equality is no problem. */
function markReadings(readings: Readings, { declarations }: ServiceView, key: string): Marks {
  const declaredAs = new Map(declarations.map(({ variable, declared }) => [variable, declared]));
  return new Map(
    readings.names.map(name => {
      const reading = readings.get(name);
      const declared = declaredAs.get(name);
      if (reading?.state === 'set')
        return [name, isSecret(name, declared, reading.value) ? hashValue(reading.value, key) : null];
      const digest = reading?.state === 'unreadable' ? reading.digest : undefined;
      // Platforms keep plain settings among their secrets too, and those may be equal in both environments.
      return [name, digest !== undefined && isSecret(name, declared, '') ? digest : null];
    }),
  );
}
