import type { Configuration } from '../config/load.ts';
import { keepHeapSmall } from '../core/small-heap.ts';
import { buildContract, buildContractOfNames, parseComparison } from '../gates/validate-env/build-contract.ts';
import { draftContract } from '../gates/validate-env/draft/gate.ts';
import { validateEnv } from '../gates/validate-env/gate.ts';
import { parseScope, parseVariableInputs } from '../gates/validate-env/options.ts';
import { runAction } from '../github/action.ts';
import { createGitHub } from '../github/api.ts';
import { createEnvironments } from '../github/environment.ts';

keepHeapSmall();
await runAction('validate-env', async ({ inputs, context, configuration, commit }) => {
  const load = (environment: string): Promise<Configuration> => configuration(commit, environment);
  if (inputs.flag('draft')) return draftContract(configuration, context);
  const given = {
    scope: parseScope(inputs.text('phase'), inputs.list('sources')),
    passed: parseVariableInputs({ variables: inputs.text('variables'), secrets: inputs.text('secrets') }, context),
    readEnvironment: createEnvironments(createGitHub(context, inputs.text('github-token'))),
    comparison: await parseComparison(inputs.text('compare-with'), load),
    fingerprintKey: inputs.text('fingerprint-key'),
    liveHosts: inputs.list('live-hosts').map(host => host.toLowerCase()),
  };
  const required = inputs.list('required');
  const contract =
    required.length > 0
      ? buildContractOfNames(required, given, context)
      : buildContract(await configuration(), inputs.list('services'), given, context);
  return validateEnv(contract, context);
});
