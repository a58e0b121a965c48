import type { GateContext } from '../../core/context.ts';
import { plural } from '../../core/plural.ts';
import { type GateReport, verdictOf } from '../../core/report.ts';
import { runChecks } from '../../core/run-checks.ts';
import type { Declaration } from './options.ts';
import { isSecret } from './types/type.ts';
import { variableCheck } from './variable.ts';

/** Holds the variables of this step against the contract. */
export async function validateEnv(declarations: Declaration[], context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  for (const { variable, declared } of declarations) {
    const value = context.variables[variable];
    if (value && isSecret(variable, declared, value)) context.redactor.add(value);
  }
  const checks = await runChecks(
    declarations.map(declaration => variableCheck(declaration, context)),
    context,
  );
  const kept = checks.filter(check => check.verdict === 'passed').length;
  return {
    gate: 'validate-env',
    verdict: verdictOf(checks),
    headline: `${kept} of ${plural(checks.length, 'variable')} as the contract says.`,
    checks,
    outputs: {},
    startedAt,
    finishedAt: context.clock.now(),
  };
}
