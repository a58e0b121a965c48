import { randomBytes } from 'node:crypto';
import type { Service } from '../../../config/schema/services.ts';
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
  meaning: 'Two environments were to be compared, and no service of the one could be found in the other.',
  cause:
    'No service is read from its platform in this run, the other environment does not have it, or the fingerprint is of other services.',
  help: 'Set `platform: true` under `sources` for what is to be compared, pass a fingerprint of the same services, or leave `compare-with` out.',
};

/** One check for each service that both environments have; where there is none, one that says so. */
export function planDriftChecks(views: ServiceView[], contract: Contract, context: GateContext): Check[] {
  const { comparison } = contract;
  if (comparison === undefined) return [];
  const checks = planComparisons(views, comparison, contract, context);
  return checks.length > 0 ? checks : [nothingToCompare(comparison.environment)];
}

function planComparisons(
  views: ServiceView[],
  comparison: Comparison,
  contract: Contract,
  context: GateContext,
): Check[] {
  return views.flatMap(view => {
    if ('fingerprint' in comparison) {
      const theirs = comparison.fingerprint.services[view.service || 'step'];
      return theirs ? [compareWithFingerprint(view, comparison.environment, toMap(theirs), contract)] : [];
    }
    const target = comparison.targets.get(view.service);
    const here = view.all.find(({ kind }) => kind === 'platform');
    return target && here ? [compareWithPlatform(view, here, target, comparison.environment, contract, context)] : [];
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

function compareWithFingerprint(view: ServiceView, environment: string, theirs: Marks, contract: Contract): Check {
  const here = toMap(markVariables(view, contract));
  return checkDrift(view, environment, async () => ({ here, there: theirs, hereName: contract.environment }));
}

function compareWithPlatform(
  view: ServiceView,
  here: Readings,
  target: Service,
  environment: string,
  contract: Contract,
  context: GateContext,
): Check {
  return checkDrift(view, environment, async signal => {
    const source = createPlatformSource({ service: view.service, target, context });
    const { readings } = await source.read(signal);
    const key = randomBytes(32).toString('hex');
    return {
      here: markReadings(here, view, key),
      there: markReadings(readings, view, key),
      hereName: contract.environment,
    };
  });
}

function checkDrift(
  { service, configured }: ServiceView,
  environment: string,
  sides: (signal: AbortSignal) => Promise<{ here: Marks; there: Marks; hereName: string }>,
): Check {
  return {
    name: `${service || 'step'}: compared with ${environment}`,
    boundary: 'delivery',
    run: async signal => {
      const { here, there, hereName } = await sides(signal);
      const findings = compareMarks({
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
function markReadings(readings: Readings, { declarations }: ServiceView, key: string): Marks {
  const declaredAs = new Map(declarations.map(({ variable, declared }) => [variable, declared]));
  return new Map(
    readings.names.map(name => {
      const reading = readings.get(name);
      const declared = declaredAs.get(name);
      if (reading?.state === 'set')
        return [name, isSecret(name, declared, reading.value) ? hashValue(reading.value, key) : null];
      const digest = reading?.state === 'unreadable' ? reading.digest : undefined;
      // Platforms keep plain settings among their secrets too; what is no secret may be the same in both.
      return [name, digest !== undefined && isSecret(name, declared, '') ? digest : null];
    }),
  );
}

function toMap(entries: Record<string, string | null>): Marks {
  return new Map(Object.entries(entries));
}
