import { type FindingKind, found } from '../../../core/finding.ts';
import type { ChangeCheck } from './change-check.ts';

export const notReleasedBefore: FindingKind = {
  code: 'change/not-released-before',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'This very commit was not released successfully where it should have been tried first.',
  cause: 'The release there failed or is still going on, or was of another commit.',
  help: 'Release this commit there, and wait until it has passed.',
};

export const deployedBefore: ChangeCheck = {
  name: 'deployed-to',
  isWanted: change => change['deployed-to'] !== undefined,
  run: async ({ change, commit, facts, place }) => {
    const environment = change['deployed-to'] ?? '';
    const states = await facts.deployments(commit, environment);
    const [newest] = states;
    // A later success there makes an earlier one inactive. One that never succeeded is not listed then.
    const succeeded = newest === 'success' || newest === 'inactive';
    if (succeeded) return { findings: [], detail: `${environment}: ${newest}` };
    const message =
      newest === undefined
        ? `The commit ${commit.slice(0, 7)} was never deployed to ${environment}.`
        : `The newest deployment of ${commit.slice(0, 7)} to ${environment} is in the state ${newest}.`;
    return { findings: [found(notReleasedBefore, { message, place })] };
  },
};
