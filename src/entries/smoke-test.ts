import { smokeTest } from '../gates/smoke-test/gate.ts';
import { planFlows } from '../gates/smoke-test/plan.ts';
import { runAction } from '../github/action.ts';

await runAction('smoke-test', async ({ inputs, context, configuration }) =>
  smokeTest(planFlows(await configuration(), inputs.list('flows'), context), context),
);
