import type { FindingKind } from '../core/finding.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const missingFile: FindingKind = {
  ...delivery,
  code: 'config/missing-file',
  meaning: 'The configuration file is not where the gate looked for it.',
  cause:
    'The file is not written yet, the repository is not checked out before the gate, or the file has another name.',
  help: 'Write the file, run actions/checkout before the gate, or name the file with the input `config`.',
};

export const missingInclude: FindingKind = {
  ...delivery,
  code: 'config/missing-include',
  meaning: 'A file that the configuration includes is not there, so its flows would not be taken.',
  cause: 'A misspelt path, one that does not start at the root of the repository, or a file that is not committed.',
  help: 'Write the path of the file from the root of the repository.',
};

export const tooLargeFile: FindingKind = {
  ...delivery,
  code: 'config/too-large-file',
  meaning: 'The configuration file is larger than any that a person would write, so it was not read.',
  cause: 'The input `config` names another file, or a file was generated into its place.',
  help: 'Name the configuration file with the input `config`.',
};

export const invalidYaml: FindingKind = {
  ...delivery,
  code: 'config/invalid-yaml',
  meaning: 'The configuration file is not valid YAML, so nothing of it was read.',
  cause: 'Wrong indentation, a missing quote, a tab, or the same key twice.',
  help: 'Mend the line that is named.',
};

export const unknownKey: FindingKind = {
  ...delivery,
  code: 'config/unknown-key',
  meaning: 'The configuration has a key that no gate knows, so it would have no effect.',
  cause: 'A misspelt key, or one at the wrong depth.',
  help: 'Correct the key; the configuration reference lists the known ones.',
};

export const invalidValue: FindingKind = {
  ...delivery,
  code: 'config/invalid-value',
  meaning: 'A value in the configuration is not of the kind that its key needs.',
  cause: 'A number in quotes, a duration without a unit, a single value where a list belongs, or a missing key.',
  help: 'Write the value as the message says.',
};

export const unknownName: FindingKind = {
  ...delivery,
  code: 'config/unknown-name',
  meaning: 'A `${name}` in the configuration stands for nothing.',
  cause: 'A misspelt name, or one that the chosen environment does not define.',
  help: 'Correct the name, or define it under `environments`.',
};

export const unknownReference: FindingKind = {
  ...delivery,
  code: 'config/unknown-reference',
  meaning: 'One part of the configuration names something that another part does not declare.',
  cause: 'A misspelt name, or a service or variable that was renamed or taken out.',
  help: 'Correct the name, or declare what it stands for.',
};

export const unsetVariable: FindingKind = {
  ...delivery,
  code: 'config/unset-variable',
  meaning: 'The gate needs a variable that the step does not have.',
  cause: 'The step has no `env:` entry for it, or the secret behind it does not exist.',
  help: 'Pass it to the step with `env:`.',
};

export const unknownEnvironment: FindingKind = {
  ...delivery,
  code: 'config/unknown-environment',
  meaning: 'The environment that was asked for is not in the configuration.',
  cause: 'A misspelt input `environment`, or none where the configuration has several.',
  help: 'Set the input `environment` to one of the environments in the configuration.',
};

export const missingSection: FindingKind = {
  ...delivery,
  code: 'config/missing-section',
  meaning: 'The configuration says nothing about what this gate decides, so it would check nothing.',
  cause: 'The section is not written yet, or the gate got neither a configuration nor inputs.',
  help: 'Add the section to the configuration file, or leave the gate out: its step, or its name in `gates`.',
};

export const invalidInput: FindingKind = {
  ...delivery,
  code: 'config/invalid-input',
  meaning: 'An input of the action has a value it cannot take.',
  cause: 'A misspelt value in `with:`, or an expression that came out empty.',
  help: 'Correct the input in the workflow.',
};

export const forkWithoutSecrets: FindingKind = {
  ...delivery,
  code: 'config/fork-without-secrets',
  meaning:
    'The run is a pull request from a fork or of Dependabot, so the values the gate needs are withheld by GitHub.',
  cause:
    'GitHub never gives the secrets of Actions to the code of a fork, nor to Dependabot, which has secrets of its own.',
  help: 'Run this gate after the merge, or from a branch of this repository; nothing was checked here.',
};
