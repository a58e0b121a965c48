import type { FindingKind } from '../core/finding.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const notLive: FindingKind = {
  ...delivery,
  code: 'platform/not-live',
  meaning: 'The platform reports the change as done, but something else serves the users.',
  cause: 'Another deployment or rollback at the same time, or a domain that is not assigned to the new deployment.',
  help: 'Find out who else deploys this service, and run the gate again.',
};

export const unknownCommit: FindingKind = {
  ...delivery,
  code: 'deploy/unknown-commit',
  meaning: 'The platform deploys by commit, and the commit is unknown, so the gate changed nothing.',
  cause: 'The input `commit` is empty, a branch or a shortened SHA.',
  help: "Set the input `commit` to a commit's 40 digits.",
};

export const notRestorable: FindingKind = {
  ...delivery,
  code: 'platform/not-restorable',
  meaning: 'The platform cannot roll back to this deployment, so the gate changed nothing.',
  cause: 'It was never live, belongs to another service, or is older than what the plan keeps.',
  help: 'Choose a deployment that was live, or release the earlier commit again.',
};

export const autoDeploysOn: FindingKind = {
  ...delivery,
  severity: 'notice',
  code: 'platform/auto-deploys-on',
  meaning: 'The platform also deploys every push automatically. The next push would also undo a rollback.',
  cause: 'Automatic deploys are on by default.',
  help: 'Turn automatic deploys off for a service that the deploy gate releases. On Vercel, set `git.deploymentEnabled` to false in vercel.json.',
};

export const autoDeploysHeld: FindingKind = {
  ...delivery,
  severity: 'notice',
  code: 'platform/auto-deploys-held',
  meaning: 'The platform no longer deploys pushes automatically, so that the rollback lasts.',
  cause: 'A rollback holds automatic deploys, unless you set `hold-auto-deploys: false`.',
  help: 'After fixing the cause, release with the deploy gate, which turns automatic deploys on again, or do it on the dashboard.',
};

export const deployFailed: FindingKind = {
  ...delivery,
  code: 'platform/deploy-failed',
  meaning: 'The new version could not be built or does not start. The previous version still serves.',
  cause: 'A fault in the code, a missing variable, or a dependency that it cannot reach. The log lines say which.',
  help: 'Fix what the log says, and release again.',
};

export const deployCanceled: FindingKind = {
  ...delivery,
  code: 'platform/deploy-canceled',
  meaning: 'The deploy was cancelled or superseded on the platform, so it does not serve.',
  cause: 'Someone cancelled it on the dashboard, or a newer deploy took its place.',
  help: 'Find out who else deploys this service, and release again.',
};

export const deployTooSlow: FindingKind = {
  ...delivery,
  code: 'platform/deploy-too-slow',
  meaning: 'The platform did not finish the deploy in time. The deploy may still go live later.',
  cause: 'A build or a start that hangs, or a slow platform.',
  help: "Check the deploy on the platform's dashboard, and cancel it there if it is no longer wanted.",
};

export const deployBlocked: FindingKind = {
  ...delivery,
  code: 'platform/deploy-blocked',
  meaning: 'The platform waits for a person before it deploys. The previous version still serves.',
  cause: "The commit's author is not a member of the project, or the environment requires an approval.",
  help: "Approve the deployment on the dashboard, or connect the author's account, then release again.",
};

export const deploySkipped: FindingKind = {
  ...delivery,
  severity: 'notice',
  code: 'platform/deploy-skipped',
  meaning:
    'The platform decided that this commit changes nothing for the service, and deployed nothing. The live version stays.',
  cause:
    'An "Ignored Build Step" or an unaffected project of a monorepo on Vercel, or the watch paths of a service on Railway.',
  help: 'Nothing needs to be done. To deploy all the same, change that setting of the service on the platform.',
};

export const superseded: FindingKind = {
  ...delivery,
  code: 'platform/superseded',
  meaning: 'Another deployment took the place of this one before it was live, so nothing is known of this release.',
  cause: 'A push that the platform deploys automatically, or a person or workflow that deployed at the same time.',
  help: 'Find out who started the other deployment. Then run the gate again, or check the version that is live.',
};

export const waitsForChecks: FindingKind = {
  ...delivery,
  code: 'platform/waits-for-checks',
  meaning: "The deployment waits for GitHub's checks, and this job is one of them, so neither would end.",
  cause: 'The setting "Wait for CI" of the service on Railway.',
  help: 'Turn "Wait for CI" off for a service that this gate deploys: the workflow decides when the gate runs.',
};

export const skippedByChecks: FindingKind = {
  ...delivery,
  code: 'platform/skipped-by-checks',
  meaning:
    'Railway deployed nothing, and "Wait for CI" is on, so nobody can tell whether the commit changes nothing or its checks failed.',
  cause: 'A workflow of the commit that failed, or a commit outside the watch paths of the service.',
  help: 'Turn "Wait for CI" off for a service that this gate deploys, and run the gate again.',
};

export const unknownState: FindingKind = {
  ...delivery,
  code: 'platform/unknown-state',
  meaning:
    'The platform reports a state that the gate does not know, so the gate cannot tell how the deployment ended.',
  cause: 'A change of the API of the platform that is newer than this version of the gate.',
  help: 'Look at the deployment on the platform. Then update release-gates, and run the gate again.',
};

export const overtaken: FindingKind = {
  code: 'platform/overtaken',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Someone else changes the service at the same time, so users meet another version, or soon will.',
  cause: 'A push that the platform deploys, or a person or workflow that deploys, promotes or rolls back.',
  help: 'Agree on who changes the service. Then run the gate again, which continues from what is live.',
};
