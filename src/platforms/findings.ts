import type { FindingKind } from '../core/finding.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const notLive: FindingKind = {
  ...delivery,
  code: 'platform/not-live',
  meaning: 'The platform says that the change is done, and something else serves the users.',
  cause: 'Another deployment or rollback at the same time, or a domain that is not assigned to it.',
  help: 'Look at who else deploys this service, and run the gate again.',
};

export const unknownCommit: FindingKind = {
  ...delivery,
  code: 'deploy/unknown-commit',
  meaning: 'The platform is told which commit to deploy, and that is not known, so nothing was changed.',
  cause: 'The input `commit` is empty, a branch or a shortened SHA.',
  help: 'Set the input `commit` to the 40 digits of a commit.',
};

export const notRestorable: FindingKind = {
  ...delivery,
  code: 'platform/not-restorable',
  meaning: 'The platform does not go back to this deployment, so nothing was changed.',
  cause: 'It was never live, belongs to another service, or is older than what the plan keeps.',
  help: 'Choose a deployment that was live, or release the earlier commit again.',
};

export const autoDeploysOn: FindingKind = {
  code: 'platform/auto-deploys-on',
  severity: 'notice',
  boundary: 'delivery',
  meaning: 'The platform deploys every push by itself, beside the workflow; the next push would also undo a rollback.',
  cause: 'Automatic deploys are on for the service, as they are at first. A rollback by the API leaves them on.',
  help: 'Switch them off for a service that this gate deploys; for a rollback, set `hold-auto-deploys: true`.',
};

export const autoDeploysHeld: FindingKind = {
  code: 'platform/auto-deploys-held',
  severity: 'notice',
  boundary: 'delivery',
  meaning: 'Later pushes are not deployed by themselves any more, so that the rollback lasts.',
  cause: 'The input `hold-auto-deploys` of the rollback.',
  help: 'Switch them on again when the cause is mended: on the dashboard, or with `resume-auto-deploys: true` of deploy.',
};

export const deployFailed: FindingKind = {
  ...delivery,
  code: 'platform/deploy-failed',
  meaning: 'The new version could not be built or does not start; what was live before still serves.',
  cause: 'A fault in the code, a variable that is missing, or a dependency it cannot reach. The log lines say which.',
  help: 'Mend what the log says, and release again.',
};

export const deployCanceled: FindingKind = {
  ...delivery,
  code: 'platform/deploy-canceled',
  meaning: 'The deploy was cancelled or superseded on the platform; it is not what serves.',
  cause: 'Someone cancelled it on the dashboard, or a newer deploy took its place.',
  help: 'Look at who deploys this service besides the workflow, and release again.',
};

export const deployTooSlow: FindingKind = {
  ...delivery,
  code: 'platform/deploy-too-slow',
  meaning: 'The platform did not end the deploy in time; it may still go live later.',
  cause: 'A build or a start that hangs, or a platform that is slow today.',
  help: 'Look at the deploy on the dashboard; cancel it there when it is not wanted any more.',
};

export const deployBlocked: FindingKind = {
  ...delivery,
  code: 'platform/deploy-blocked',
  meaning: 'The platform waits for a person before it deploys; what was live before still serves.',
  cause: 'The author of the commit is no member of the project, or the environment asks for an approval.',
  help: 'Approve the deployment on the dashboard, or connect the account of the author, then release again.',
};
