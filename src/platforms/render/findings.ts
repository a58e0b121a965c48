import type { FindingKind } from '../../core/finding.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const suspended: FindingKind = {
  ...delivery,
  code: 'platform/suspended',
  meaning: 'The service is suspended, so a new version would not serve. The gate changed nothing.',
  cause: 'Someone suspended the service on the dashboard, or a bill is unpaid.',
  help: "Resume the service on the platform's dashboard, then run the gate again.",
};

export const notDeployable: FindingKind = {
  ...delivery,
  code: 'platform/not-deployable',
  meaning: 'Render cannot deploy a given commit of a cron job, so the gate could not say what it releases.',
  cause: 'The service is a cron job.',
  help: 'Leave the cron job to its automatic deploys, or make it a service with an image.',
};

export const wrongHook: FindingKind = {
  ...delivery,
  code: 'platform/wrong-deploy-hook',
  meaning: 'The deploy hook belongs to something else, so it would deploy another service or nothing.',
  cause:
    'The hook of a Blueprint (exs-…), which only synchronises the Blueprint; the hook of another service; or text that is not a URL.',
  help: "Copy the deploy hook from the service's own settings on Render, and store it as the secret.",
};
