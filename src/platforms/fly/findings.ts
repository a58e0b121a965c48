import type { FindingKind } from '../../core/finding.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const noImageNamed: FindingKind = {
  ...delivery,
  code: 'deploy/no-image',
  meaning: 'The configuration names no image, and `flyctl` is not there to build one, so the gate changed nothing.',
  cause: 'The service on Fly.io has no `image`, and the workflow has no step that installs `flyctl`.',
  help: 'Install `flyctl` before this gate with `superfly/flyctl-actions/setup-flyctl`. Or push an image and add it: `image: registry.fly.io/<app>:${commit}`.',
};

export const noFlyToml: FindingKind = {
  ...delivery,
  code: 'deploy/no-fly-toml',
  meaning: 'The folder where `flyctl` would build the app has no fly.toml, so the gate changed nothing.',
  cause: 'An app in a folder of its own, or a job without a checkout.',
  help: "Name the folder with the service's `directory`, and check out the repository before this gate.",
};

export const flyctlFailed: FindingKind = {
  ...delivery,
  code: 'platform/flyctl-failed',
  meaning: '`flyctl deploy` failed, and not all machines run the new version.',
  cause: 'The build failed, the release command failed, or machines did not become healthy. The log says which.',
  help: 'Fix what its last lines say. If the report names machines on the new version, roll back.',
};

export const flyctlComplained: FindingKind = {
  ...delivery,
  severity: 'warning',
  code: 'platform/flyctl-complained',
  meaning: '`flyctl deploy` failed, although every machine runs the new version and is healthy.',
  cause: 'A step after the update of the machines failed, such as marking the release as complete.',
  help: 'Read its last lines. The release itself is live.',
};

export const flyctlUnverified: FindingKind = {
  ...delivery,
  code: 'platform/flyctl-unverified',
  meaning: '`flyctl deploy` failed, and Fly.io did not say which machines run the new version.',
  cause: 'An outage of Fly.io during the deploy, or a token that was revoked. The next finding says which.',
  help: 'Fix what its last lines say. When Fly.io answers, run the gate again: it continues from what it finds.',
};

export const noMachines: FindingKind = {
  ...delivery,
  code: 'platform/no-machines',
  meaning: 'The app has no machines to update, so there is nothing to release to.',
  cause: 'An app that was never deployed, or whose machines were destroyed.',
  help: 'Run `fly deploy` once, which creates the machines. From then on this gate updates them.',
};

export const severalContainers: FindingKind = {
  ...delivery,
  code: 'platform/several-containers',
  meaning: 'Each machine runs several containers, so no single image says what is live. The gate changed nothing.',
  cause: 'An app with `containers` in its configuration, which the gate does not release.',
  help: 'Release it with `platform: command` and `fly deploy`, or run one container in each machine.',
};

export const hostUnreachable: FindingKind = {
  ...delivery,
  code: 'platform/host-unreachable',
  meaning:
    "Fly.io cannot reach a machine's host, so the machine keeps its version. An update would lose its configuration.",
  cause: 'A broken host at Fly.io.',
  help: 'See the status page of Fly.io. If it lasts, start a machine on another host with `fly scale count`, destroy this one with `fly machine destroy --force`, and run the gate again.',
};

export const leaseHeld: FindingKind = {
  ...delivery,
  code: 'platform/busy',
  meaning: 'Someone else is changing this service at the moment, so the gate changed nothing.',
  cause: 'A deploy from another workflow or a terminal, or one that was killed a short time ago.',
  help: 'Wait until the other change has ended, or two minutes after a killed one. Then run the gate again.',
};

export const notRegistered: FindingKind = {
  ...delivery,
  severity: 'notice',
  code: 'platform/release-not-registered',
  meaning: 'The machines run the right version, but the list of releases on Fly.io does not show it.',
  cause: 'A token that may change machines but not releases, or an API of Fly.io that did not answer.',
  help: 'Nothing needs to be done. The machines count; only `fly releases` lacks an entry.',
};

export const imageGone: FindingKind = {
  ...delivery,
  code: 'platform/image-gone',
  meaning: "Fly.io's registry does not have the image, so the gate changed nothing.",
  cause: 'A build that did not push, another tag than the configuration names, or an image that was pruned.',
  help: 'Push the image under this name. For a rollback, build the earlier commit again and push it.',
};

export const imageNotChecked: FindingKind = {
  ...delivery,
  severity: 'notice',
  code: 'platform/image-not-checked',
  meaning: 'The gate could not check beforehand that the image can be pulled. The update of a machine will show it.',
  cause: 'A registry that did not answer, or a token that may change machines but not read images.',
  help: 'Nothing needs to be done if the machines came up.',
};

export const imageNotFound: FindingKind = {
  ...delivery,
  code: 'platform/image-not-found',
  meaning: 'The image is not in the registry, so the machine still runs the old one.',
  cause: 'A build that did not push, another tag than the configuration names, or an image that was pruned.',
  help: 'Compare the image under `services` with what the build pushes. Build a pruned image again.',
};

export const notStarted: FindingKind = {
  ...delivery,
  code: 'platform/machine-not-started',
  meaning: 'The new version does not start.',
  cause: 'A missing variable, a failing connection at start, or a fault in the code. The log lines say which.',
  help: "Roll back, then fix what the machine's log says.",
};

export const checksFailing: FindingKind = {
  ...delivery,
  code: 'platform/checks-failing',
  meaning: 'The new version runs but does not pass the health checks of its machine.',
  cause: 'A dependency that it cannot reach, a wrong port, or a health check that expects something else.',
  help: "Roll back, then read the machine's log and the output of the check.",
};

export const foreignImage: FindingKind = {
  ...delivery,
  code: 'platform/foreign-image',
  meaning: 'This app never ran the image to roll back to, so the gate changed nothing.',
  cause: 'A `target` of another service, or a record of another configuration.',
  help: 'Name an image that the app has run: `fly releases --image` lists them.',
};

export const neverReleased: FindingKind = {
  ...delivery,
  severity: 'warning',
  code: 'platform/never-released',
  meaning: 'No release of the app has this image, so it may never have been live.',
  cause: 'A mistyped `target`, or machines that were updated one by one, which makes no release.',
  help: 'Compare it with `fly releases --image`.',
};

export const currentSecrets: FindingKind = {
  ...delivery,
  severity: 'notice',
  code: 'platform/current-secrets',
  meaning: 'The rollback restored the image, but variables and secrets keep their current values.',
  cause: 'Fly.io keeps earlier images, but no earlier values of variables and secrets.',
  help: 'If the release also changed variables or secrets, set them back.',
};

export const machinesAsleep: FindingKind = {
  ...delivery,
  severity: 'notice',
  code: 'platform/machines-asleep',
  meaning: 'Some machines have the new version but stay stopped. Their checks were not run.',
  cause: 'Fly.io stops idle machines (`auto_stop_machines`), someone stopped them, or they are standbys.',
  help: 'Nothing needs to be done if they are to stay stopped. Otherwise run `fly machine start <id>`.',
};

export const hostRefuses: FindingKind = {
  ...delivery,
  code: 'platform/host-refuses-updates',
  meaning:
    "A machine's host has no room or takes no changes at the moment, so the machine does not run the new version.",
  cause: 'A machine with a volume, which binds it to a full host or one that Fly.io maintains; or a full region.',
  help: 'Wait until the host or the region takes machines, and run the gate again.',
};

export const machineReplaced: FindingKind = {
  ...delivery,
  severity: 'notice',
  code: 'platform/machine-replaced',
  meaning:
    "A machine's host took no update, so the gate made a new machine in the same region and destroyed the old one.",
  cause: 'A host without free capacity, or one that Fly.io maintains. `fly deploy` replaces the machine too.',
  help: 'Nothing needs to be done. Where a dashboard, an alert or a standby names the old machine, name the new one.',
};

export const imageKept: FindingKind = {
  ...delivery,
  severity: 'warning',
  code: 'platform/image-kept',
  meaning: 'The machines run the same image as before, although the release is of another commit.',
  cause: 'A tag such as `latest`: Fly.io does not pull a reference again that a machine has already.',
  help: 'Name the image by a tag with the commit: `image: registry.example.com/app:${commit}`.',
};

export const releaseCommandIgnored: FindingKind = {
  ...delivery,
  code: 'deploy/release-command-ignored',
  meaning: 'The fly.toml has a `release_command`, which does not run when the gate releases an image.',
  cause: 'A service with `image`, whose machines the gate updates itself, and a release command from `fly deploy`.',
  help: 'Remove `image` from the service, so that `flyctl` deploys it and runs the command. Or move the command to a step before this gate, such as `push-schema`, and remove it from the fly.toml with `fly deploy`.',
};

export const strategyIgnored: FindingKind = {
  ...delivery,
  code: 'deploy/strategy-ignored',
  meaning: 'The fly.toml asks for a deployment strategy that the gate does not have for images.',
  cause: 'A service with `image`: the gate updates its machines one after another, as `rolling` and `canary` do.',
  help: 'Remove `image` from the service, so that `flyctl` deploys it by its strategy. Or set `strategy = "rolling"`.',
};

export const definitionUnread: FindingKind = {
  ...delivery,
  severity: 'notice',
  code: 'platform/fly-toml-unread',
  meaning: 'The gate could not read the fly.toml of the current release, so it does not know of a `release_command`.',
  cause: 'A token that may not read the app over GraphQL, or an API of Fly.io that did not answer.',
  help: 'If the fly.toml has a `release_command`, run the command in a step before this gate.',
};
