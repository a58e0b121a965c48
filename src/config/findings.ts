import type { FindingKind } from '../core/finding.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const missingFile: FindingKind = {
  ...delivery,
  code: 'config/missing-file',
  meaning: 'The gate did not find the configuration file.',
  cause: 'The file does not exist yet, has another name, or the job did not check out the repository before the gate.',
  help: 'Create the file, run actions/checkout before the gate, or name the file with the input `config`.',
};

export const missingInclude: FindingKind = {
  ...delivery,
  code: 'config/missing-include',
  meaning: 'A file that the configuration includes does not exist, so its flows would not run.',
  cause: 'A misspelt path, a path that does not start at the root of the repository, or a file that is not committed.',
  help: 'Write the path from the root of the repository, such as `smoke/orders.yml`.',
};

export const tooLargeFile: FindingKind = {
  ...delivery,
  code: 'config/too-large-file',
  meaning: 'The configuration file is larger than a person would write, so the gate did not read it.',
  cause: 'The input `config` names another file, or a tool generated a file in its place.',
  help: 'Name the configuration file with the input `config`.',
};

export const invalidYaml: FindingKind = {
  ...delivery,
  code: 'config/invalid-yaml',
  meaning: 'The configuration file is not valid YAML, so the gate read none of it.',
  cause: 'Wrong indentation, a missing quote, a tab, or the same key twice.',
  help: 'Fix the line that the message names.',
};

export const unknownKey: FindingKind = {
  ...delivery,
  code: 'config/unknown-key',
  meaning: 'The configuration has a key that no gate knows, so it would have no effect.',
  cause: 'A misspelt key, or one at the wrong depth.',
  help: 'Correct the key. The configuration reference lists the known keys.',
};

export const invalidValue: FindingKind = {
  ...delivery,
  code: 'config/invalid-value',
  meaning: 'A value in the configuration has the wrong type or form for its key.',
  cause: 'A number in quotes, a duration without a unit, a single value where a list belongs, or a missing key.',
  help: 'Write the value in the form that the message names.',
};

export const unknownName: FindingKind = {
  ...delivery,
  code: 'config/unknown-name',
  meaning: 'A `${name}` in the configuration has no value.',
  cause: 'A misspelt name, or a name that the chosen environment does not define.',
  help: 'Correct the name, or define it under `environments`.',
};

export const unknownReference: FindingKind = {
  ...delivery,
  code: 'config/unknown-reference',
  meaning: 'One part of the configuration names something that another part does not declare.',
  cause: 'A misspelt name, or a service or variable that was renamed or removed.',
  help: 'Correct the name, or declare the service or variable.',
};

export const unsetVariable: FindingKind = {
  ...delivery,
  code: 'config/unset-variable',
  meaning: "The gate needs a variable that is not in the step's environment.",
  cause: 'The step has no `env:` entry for it, or the secret behind it does not exist.',
  help: 'Pass it to the step: `env: { NAME: ${{ secrets.NAME }} }`.',
};

export const unknownEnvironment: FindingKind = {
  ...delivery,
  code: 'config/unknown-environment',
  meaning: 'The configuration does not have the environment that the workflow asks for.',
  cause: 'The input `environment` is misspelt, or empty although the configuration has several environments.',
  help: 'Set the input `environment` to one of the environments in the configuration.',
};

export const missingSection: FindingKind = {
  ...delivery,
  code: 'config/missing-section',
  meaning: 'The configuration has no section for this gate, so the gate would check nothing.',
  cause: 'The section is missing, or the gate has neither a configuration nor inputs.',
  help: 'Add the section to the configuration file, or remove the gate: its step, or its name in `gates`.',
};

export const invalidInput: FindingKind = {
  ...delivery,
  code: 'config/invalid-input',
  meaning: 'An input of the action has a value that is not valid.',
  cause: 'A misspelt value in `with:`, or an expression that is empty.',
  help: 'Correct the input in the workflow.',
};

export const forkWithoutSecrets: FindingKind = {
  ...delivery,
  code: 'config/fork-without-secrets',
  meaning:
    'The run is for a pull request from a fork or by Dependabot, so GitHub withholds the secrets that the gate needs.',
  cause: 'GitHub never passes Actions secrets to the code of a fork, nor to Dependabot, which has its own secrets.',
  help: 'Run this gate after the merge, or from a branch of this repository. It checked nothing in this run.',
};
