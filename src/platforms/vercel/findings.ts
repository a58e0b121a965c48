import type { FindingKind } from '../../core/finding.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const planLimit: FindingKind = {
  ...delivery,
  code: 'platform/plan-limit',
  meaning: "The account's plan does not allow this, so the gate changed nothing.",
  cause: 'On the Hobby plan, Vercel rolls back only to the production deployment just before the current one.',
  help: 'Roll back to the previous deployment, upgrade the plan, or release the earlier commit again.',
};

export const domainsBusy: FindingKind = {
  ...delivery,
  code: 'platform/domains-busy',
  meaning: "Vercel is already moving this project's domains, so the gate changed nothing.",
  cause: 'A rollback or promotion from the dashboard, a terminal or another workflow.',
  help: 'Wait until it has ended, check what is live, and run the gate again.',
};

export const notACandidate: FindingKind = {
  ...delivery,
  code: 'platform/not-a-candidate',
  meaning: 'Vercel cannot roll back to this deployment, so the gate changed nothing.',
  cause: "It never served production, was deleted, or is older than the project's retention allows.",
  help: 'Choose a deployment that was live, or release the earlier commit again.',
};

export const domainsNotMoved: FindingKind = {
  ...delivery,
  code: 'platform/domains-not-moved',
  meaning: 'Vercel did not move all domains, so some users may still get the other deployment.',
  cause: 'A domain with a broken configuration, or another change of the domains at the same time.',
  help: "Check the project's domains on Vercel, then run the gate again: it continues from what is live.",
};

export const buildFailed: FindingKind = {
  ...delivery,
  code: 'platform/build-failed',
  meaning: 'The build of the new version failed. The previous version still serves.',
  cause: 'A fault in the code or its dependencies, or a variable that the build needs. The build log says which.',
  help: 'Fix what the build log says, and release again.',
};

export const buildCanceled: FindingKind = {
  ...delivery,
  code: 'platform/build-canceled',
  meaning: 'The deployment was cancelled or deleted on Vercel. The previous version still serves.',
  cause: 'Someone cancelled it on the dashboard, a newer push replaced it, or the "ignored build step" skipped it.',
  help: 'Find out who cancelled it, and release again.',
};

export const stagingIgnored: FindingKind = {
  ...delivery,
  code: 'platform/staging-ignored',
  meaning: 'Vercel did not confirm that it keeps the deployment off the domains, so the gate cancelled it.',
  cause: 'A change of the API of Vercel, or a build uploaded without `--skip-domain`.',
  help: 'Use `strategy: direct`, or turn off the assignment of production domains in the project on Vercel.',
};

export const stagedWentLive: FindingKind = {
  ...delivery,
  code: 'platform/staged-went-live',
  meaning: 'The deployment was to wait for its probes, but users already meet it.',
  cause: 'A domain below `vercel.app`, which Vercel moves all the same, or a promotion by someone else.',
  help: 'Roll back if the release is bad. Give the project a custom domain, or use `strategy: direct`.',
};

export const stagingNeedsDomain: FindingKind = {
  ...delivery,
  code: 'deploy/staging-needs-domain',
  meaning: 'Vercel keeps a staged deployment off custom domains only, so `stage-then-promote` would not hold.',
  cause: 'A service whose domain is one of `vercel.app`.',
  help: 'Give the project a custom domain and name it with `domain`, or use `strategy: direct`.',
};

export const rollingReleases: FindingKind = {
  ...delivery,
  code: 'deploy/rolling-releases',
  meaning:
    'The project has Rolling Releases, which send users to a deployment in stages. The gate does not drive them.',
  cause: 'Rolling Releases are on for the project on Vercel.',
  help: 'Run `vercel rolling-release configure --disable`, or release this service with `platform: command`.',
};

export const assignmentRestored: FindingKind = {
  ...delivery,
  severity: 'notice',
  code: 'platform/assignment-restored',
  meaning: 'The promotion turned the assignment of production domains on, and the gate turned it off again.',
  cause: 'Every promotion turns it on, also where the project had it off (vercel/vercel#15095).',
  help: 'Nothing needs to be done.',
};

export const assignmentChanged: FindingKind = {
  ...delivery,
  severity: 'warning',
  code: 'platform/assignment-changed',
  meaning: 'The promotion turned the assignment of production domains on, and it could not be turned off again.',
  cause: 'Every promotion turns it on (vercel/vercel#15095), and Vercel refused to change the setting back.',
  help: 'Turn off "Auto-assign Custom Production Domains" in the settings of the project. Until then pushes go live.',
};

export const buildBlocked: FindingKind = {
  ...delivery,
  code: 'platform/build-blocked',
  meaning: 'Vercel waits for a person before it builds. The previous version still serves.',
  cause: "The commit's author has no seat in the team, or the account has to be verified.",
  help: 'Open the deployment on Vercel and do what it asks, then release again.',
};

export const domainsNotAssigned: FindingKind = {
  ...delivery,
  code: 'platform/domains-not-assigned',
  meaning: 'The new version is built but not live, because the domains did not move to it.',
  cause: 'A failing check on Vercel, or a domain with a broken configuration.',
  help: 'Check the deployment and its checks on Vercel. The previous version still serves.',
};

export const foreignDomain: FindingKind = {
  ...delivery,
  code: 'platform/foreign-domain',
  meaning: "The service's domain does not belong to its project, so a deploy would never reach its users.",
  cause: 'The `url` or `project` of another service, or a domain that was moved to another project.',
  help: "Compare the service's `project` and `url` with the project's Settings → Domains on Vercel.",
};

export const redirectingDomain: FindingKind = {
  ...delivery,
  code: 'platform/redirecting-domain',
  meaning: 'The domain only redirects to another one, so it does not show what serves.',
  cause: 'A `url` without `www.` where the project redirects to it, or the reverse.',
  help: "Set the service's `url` to the domain that it redirects to.",
};

export const noRepository: FindingKind = {
  ...delivery,
  code: 'deploy/no-repository',
  meaning: 'Vercel needs a repository and a commit to build, and one of them is unknown, so the gate changed nothing.',
  cause: 'The gate runs outside GitHub Actions, or the input `commit` is empty or not a whole SHA.',
  help: "Set the service's `repository: owner/name`, and the input `commit` to a commit's 40 digits.",
};

export const autoAssignmentOff: FindingKind = {
  ...delivery,
  severity: 'notice',
  code: 'platform/auto-assignment-off',
  meaning: 'After a rollback, Vercel builds later pushes but does not make them live.',
  cause: 'Every rollback turns off the assignment of production domains.',
  help: 'The next run of the deploy gate turns it on again. By hand, run `vercel promote <deployment>`.',
};

export const promoted: FindingKind = {
  ...delivery,
  severity: 'notice',
  code: 'platform/promoted',
  meaning: 'Vercel built the release but kept it off the domains, so the gate promoted it.',
  cause: 'The assignment of production domains was off, as it is after a rollback.',
  help: 'Nothing needs to be done: the promotion turned the assignment on again.',
};

export const noPrebuilt: FindingKind = {
  ...delivery,
  code: 'deploy/no-prebuilt',
  meaning: "The service deploys the workflow's own build, and there is none. The gate changed nothing.",
  cause: 'A step with `vercel build --prod` that is missing or runs in another folder or job.',
  help: 'Run `vercel pull` and `vercel build --prod` before this gate, and name their folder with `directory`.',
};

export const noNpx: FindingKind = {
  ...delivery,
  code: 'deploy/no-npx',
  meaning: "Vercel's CLI uploads the build, and the runner cannot run it. The gate changed nothing.",
  cause: 'A runner without Node.js.',
  help: 'Add `actions/setup-node` before this gate.',
};

export const uploadFailed: FindingKind = {
  ...delivery,
  code: 'platform/upload-failed',
  meaning: "Vercel's CLI ended, and Vercel has no deployment of this release. The previous version still serves.",
  cause: 'A package registry or Vercel did not answer, or Vercel did not accept the build. The log says which.',
  help: 'Fix what its last lines say, and run the gate again.',
};

export const stepUpRequired: FindingKind = {
  ...delivery,
  code: 'platform/step-up-required',
  meaning: 'Vercel wants a person to log in again before it shows variables, and no person is at a workflow.',
  cause: 'A token of a login session, or a team whose variables need a fresh login. The token itself is valid.',
  help: 'Create an access token at vercel.com/account/tokens and store it as the secret VERCEL_TOKEN. If it is one, remove `platform` from the `sources` of the service, so that the gate reads the variables of the step.',
};
