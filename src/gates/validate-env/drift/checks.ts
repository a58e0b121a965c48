import { randomBytes } from 'node:crypto';
import type { Service } from '../../../config/schema/services.ts';
import { type Check, concludeFrom } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import type { Comparison, Contract } from '../contract.ts';
import { isSecret } from '../secrecy.ts';
import type { ServiceView } from '../service.ts';
import { platformSource } from '../sources/platform.ts';
import type { Readings } from '../sources/readings.ts';
import { compare, type Marks } from './compare.ts';
import { hashOf, marksOf } from './fingerprint.ts';

export const nothingCompared: FindingKind = {
  code: 'env/nothing-compared',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Two environments were to be compared, and no service of the one could be found in the other.',
  cause:
    'No service is read from its platform in this run, the other environment does not have it, or the fingerprint is of other services.',
  help: 'Set `platform: true` under `sources` for what is to be compared, pass a fingerprint of the same services, or leave `compare-with` out.',
};

/** One check for each service that both environments have; where there is none, one that says so. */
export function driftChecks(views: ServiceView[], contract: Contract, context: GateContext): Check[] {
  const { comparison } = contract;
  if (comparison === undefined) return [];
  const checks = comparisons(views, comparison, contract, context);
  return checks.length > 0 ? checks : [nothingToCompare(comparison.environment)];
}

function comparisons(views: ServiceView[], comparison: Comparison, contract: Contract, context: GateContext): Check[] {
  return views.flatMap(view => {
    if ('fingerprint' in comparison) {
      const theirs = comparison.fingerprint.services[view.service || 'step'];
      return theirs ? [againstFingerprint(view, comparison.environment, asMap(theirs), contract)] : [];
    }
    const target = comparison.targets.get(view.service);
    const here = view.all.find(({ kind }) => kind === 'platform');
    return target && here ? [againstPlatform(view, here, target, comparison.environment, contract, context)] : [];
  });
}

/** What was asked for and not done must not look as if it had been. */
function nothingToCompare(environment: string): Check {
  const message = `No service of this run could be compared with ${environment}.`;
  return {
    name: `compared with ${environment}`,
    boundary: 'delivery',
    run: () => ({ verdict: 'error', findings: [found(nothingCompared, { message })] }),
  };
}

function againstFingerprint(view: ServiceView, environment: string, theirs: Marks, contract: Contract): Check {
  const here = asMap(marksOf(view, contract));
  return driftCheck(view, environment, async () => ({ here, there: theirs, hereName: contract.environment }));
}

function againstPlatform(
  view: ServiceView,
  here: Readings,
  target: Service,
  environment: string,
  contract: Contract,
  context: GateContext,
): Check {
  return driftCheck(view, environment, async signal => {
    const source = platformSource({ service: view.service, target, context });
    const { readings } = await source.read(signal);
    const key = randomBytes(32).toString('hex');
    return { here: marksIn(here, view, key), there: marksIn(readings, view, key), hereName: contract.environment };
  });
}

function driftCheck(
  { service, configured }: ServiceView,
  environment: string,
  sides: (signal: AbortSignal) => Promise<{ here: Marks; there: Marks; hereName: string }>,
): Check {
  return {
    name: `${service || 'step'}: compared with ${environment}`,
    boundary: 'delivery',
    run: async signal => {
      const { here, there, hereName } = await sides(signal);
      const findings = compare({
        service: service || 'The step',
        here: { environment: hereName || 'this environment', marks: here },
        there: { environment, marks: there },
        ignore: new Set(configured.ignore),
      });
      return concludeFrom(findings, `${here.size} and ${there.size} variables`);
    },
  };
}

/** By name: the digest that the platform tells, or the keyed hash of a secret; null for what need not differ. */
function marksIn(readings: Readings, { declarations }: ServiceView, key: string): Marks {
  const declaredAs = new Map(declarations.map(({ variable, declared }) => [variable, declared]));
  return new Map(
    readings.names.map(name => {
      const reading = readings.get(name);
      const declared = declaredAs.get(name);
      if (reading?.state === 'set')
        return [name, isSecret(name, declared, reading.value) ? hashOf(reading.value, key) : null];
      const digest = reading?.state === 'unreadable' ? reading.digest : undefined;
      // Platforms keep plain settings among their secrets too; what is no secret may be the same in both.
      return [name, digest !== undefined && isSecret(name, declared, '') ? digest : null];
    }),
  );
}

function asMap(entries: Record<string, string | null>): Marks {
  return new Map(Object.entries(entries));
}
