import type { FindingKind } from '../core/finding.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const badToken: FindingKind = {
  ...delivery,
  code: 'platform/bad-token',
  meaning: 'The platform does not accept the token, or the token may not do this. Nothing is known of the release.',
  cause: 'An expired or revoked token, one of another platform or team, or one that is bound to another app.',
  help: 'Make a new token for this app or team, and store it as the secret that the variable is set from.',
};

export const missing: FindingKind = {
  ...delivery,
  code: 'platform/not-found',
  meaning: 'What the configuration names does not exist on the platform, or the token cannot see it.',
  cause: 'A misspelt app, project or domain, a deployment that was deleted, or a token of another team.',
  help: "Compare the names under `services` with the platform's dashboard, and the team with that of the token.",
};

export const unavailable: FindingKind = {
  ...delivery,
  code: 'platform/unavailable',
  meaning: 'The platform does not answer as it should, so nothing is known of the release.',
  cause: 'An outage of the platform, its rate limit, or a network between that is broken.',
  help: "Look at the platform's status page, and run the gate again when it is well.",
};

export const notJson: FindingKind = {
  ...delivery,
  code: 'platform/not-json',
  meaning: 'Something else than the API of the platform answered.',
  cause: 'A proxy or a login page in between, an error page of the platform, or a wrong base URL.',
  help: 'Check the base URL in the variables of the step and the proxy of the runner; else run the gate again.',
};

export const unexpectedAnswer: FindingKind = {
  ...delivery,
  code: 'platform/unexpected-answer',
  meaning: 'The platform answered in a form that release-gates does not know, so it was not relied upon.',
  cause: 'A change of the API of the platform, or another service behind the base URL.',
  help: 'Look on the dashboard for what is live, and report it as a bug of release-gates.',
};

export const refused: FindingKind = {
  ...delivery,
  code: 'platform/refused',
  meaning: 'The platform understood the request and refused it, so this step changed nothing.',
  cause: 'A limit of the plan, a state that does not allow it, or another change that is under way.',
  help: 'The words of the platform say why; mend that and run the gate again.',
};

export const uncertain: FindingKind = {
  ...delivery,
  code: 'platform/uncertain',
  meaning: 'A request that changes something was sent and its answer was lost. It is never sent twice on a guess.',
  cause: 'A connection that broke, or an error of the platform, at the worst moment.',
  help: "Look on the platform's dashboard for what is live, then run the gate again: it goes on from what it finds.",
};

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
