import type { FindingKind } from '../../core/finding.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const commandFailed: FindingKind = {
  ...delivery,
  code: 'platform/command-failed',
  meaning: 'The command that deploys or rolls back the service failed.',
  cause:
    'A fault in the command, a tool that is not installed on the runner, or a refusal by the platform. The log says which.',
  help: 'Fix what its last lines say, and check what is live, which the report names.',
};

export const noVariables: FindingKind = {
  ...delivery,
  code: 'platform/no-variables',
  meaning: 'The gate cannot read the variables of a service that a command deploys.',
  cause: 'With `platform: command` the gate knows only the commands, not where they deploy to.',
  help: "Check its variables from the step's environment instead.",
};

export const versionUnknown: FindingKind = {
  ...delivery,
  code: 'platform/version-unknown',
  meaning: 'The service does not tell its version where `live` says, so the gate cannot know what serves.',
  cause: 'A wrong path, a JSON path that leads nowhere, or a service that is down.',
  help: 'Request the address under `live` yourself. It must answer with the version alone, or have it at the named place.',
};
