import { validateEnv } from '../gates/validate-env/gate.ts';
import { declarationsOfConfiguration, declarationsOfNames } from '../gates/validate-env/options.ts';
import { runAction } from '../github/action.ts';

await runAction('validate-env', async ({ inputs, context, configuration }) => {
  const required = inputs.list('required');
  const declarations =
    required.length > 0
      ? declarationsOfNames(required)
      : declarationsOfConfiguration(await configuration(), inputs.list('services'), context);
  return validateEnv(declarations, context);
});
