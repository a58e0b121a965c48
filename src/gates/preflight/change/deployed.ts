import { concludeFrom, type Outcome, passed } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import type { ChangeCheck, ChangeRequest } from './change-check.ts';

export const notReleasedBefore: FindingKind = {
  code: 'change/not-deployed-before',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'This commit was not successfully released to the environment that must come first.',
  cause: 'The release there failed, is still running, or was of another commit.',
  help: 'Release this commit to that environment, and wait until it has passed.',
};

export const deployedBefore: ChangeCheck = {
  name: 'deployed-to',
  boundary: 'delivery',
  plan: ({ 'deployed-to': environment }) => {
    if (environment === undefined) return undefined;
    return request => checkDeployedTo(environment, request);
  },
};

async function checkDeployedTo(environment: string, { commit, facts, place }: ChangeRequest): Promise<Outcome<never>> {
  const states = await facts.deployments(commit, environment);
  const [newest] = states;
  // A later success there makes an earlier one inactive. One that never succeeded is not listed then.
  const succeeded = newest === 'success' || newest === 'inactive';
  if (succeeded) return passed(`${environment}: ${newest}`);
  const message =
    newest === undefined
      ? `The commit ${commit.slice(0, 7)} was never deployed to ${environment}.`
      : `The newest deployment of ${commit.slice(0, 7)} to ${environment} is in the state ${newest}.`;
  return concludeFrom([found(notReleasedBefore, { message, place })]);
}
