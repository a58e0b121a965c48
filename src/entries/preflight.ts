import { preflight } from '../gates/preflight/gate.ts';
import { runAction } from '../github/action.ts';
import { createGitHub } from '../github/api.ts';
import { createCommitFacts } from '../github/commit-facts.ts';

await runAction('preflight', async ({ inputs, context, configuration, record, commit }) => {
  const config = await configuration();
  const { GITHUB_RUN_ID, GITHUB_ACTOR = '' } = context.variables;
  const facts = createCommitFacts(createGitHub(context, inputs.text('github-token')), GITHUB_RUN_ID);
  const override = inputs.text('override');
  const soFar = record();
  const given = { ...soFar, environment: soFar.environment || config.environment };
  return preflight({ config, commit, facts, override, actor: GITHUB_ACTOR, record: given }, context);
});
