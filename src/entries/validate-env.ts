import type { Configuration } from '../config/load.ts';
import { keepHeapSmall } from '../core/small-heap.ts';
import { comparisonOf, contractOfConfiguration, contractOfNames } from '../gates/validate-env/contract-of.ts';
import { draftContract } from '../gates/validate-env/draft/gate.ts';
import { validateEnv } from '../gates/validate-env/gate.ts';
import { scopeOf, variablesOfInputs } from '../gates/validate-env/options.ts';
import { runAction } from '../github/action.ts';
import { createGitHub } from '../github/api.ts';
import { createEnvironments } from '../github/environment.ts';

keepHeapSmall();
await runAction('validate-env', async ({ inputs, context, configuration, commit }) => {
  const load = (environment: string): Promise<Configuration> => configuration(commit, environment);
  if (inputs.flag('draft')) return draftContract(configuration, context);
  const given = {
    scope: scopeOf(inputs.text('phase'), inputs.list('sources')),
    passed: variablesOfInputs({ variables: inputs.text('variables'), secrets: inputs.text('secrets') }, context),
    readEnvironment: createEnvironments(createGitHub(context, inputs.text('github-token'))),
    comparison: await comparisonOf(inputs.text('compare-with'), load),
    fingerprintKey: inputs.text('fingerprint-key'),
  };
  const required = inputs.list('required');
  const contract =
    required.length > 0
      ? contractOfNames(required, given, context)
      : contractOfConfiguration(await configuration(), inputs.list('services'), given, context);
  return validateEnv(contract, context);
});
