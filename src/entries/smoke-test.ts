import { dryRun } from '../gates/smoke-test/dry-run.ts';
import { smokeTest } from '../gates/smoke-test/gate.ts';
import { planSmoke } from '../gates/smoke-test/plan/plan.ts';
import { runAction } from '../github/action.ts';

await runAction('smoke-test', async ({ inputs, context, configuration, record }) => {
  const selection = { flows: inputs.list('flows'), tags: inputs.list('tags') };
  const plan = planSmoke(await configuration(), selection, context, record());
  return inputs.flag('dry-run') ? dryRun(plan, context) : smokeTest(plan, context);
});
