import type { FindingKind } from '../../core/finding.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const planLimit: FindingKind = {
  ...delivery,
  code: 'platform/plan-limit',
  meaning: 'The plan of the account does not allow this, so nothing was changed.',
  cause: 'On the Hobby plan, Vercel only goes back to the production deployment just before the current one.',
  help: 'Go back to the previous deployment, upgrade the plan, or release the earlier commit again.',
};

export const domainsBusy: FindingKind = {
  ...delivery,
  code: 'platform/domains-busy',
  meaning: 'Vercel is moving the domains of this project already, so nothing was changed here.',
  cause: 'A rollback or promotion from the dashboard, a terminal or another workflow.',
  help: 'Wait until it has ended, look at what is live, and run the gate again.',
};

export const notACandidate: FindingKind = {
  ...delivery,
  code: 'platform/not-a-candidate',
  meaning: 'Vercel does not go back to this deployment, so nothing was changed.',
  cause: 'It never served production, was deleted, or is too old for the retention of the project.',
  help: 'Choose a deployment that was live, or release the earlier commit again.',
};
