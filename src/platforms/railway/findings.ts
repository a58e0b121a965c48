import type { FindingKind } from '../../core/finding.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const foreignProject: FindingKind = {
  ...delivery,
  code: 'platform/foreign-project',
  meaning: 'The token belongs to another project or environment than the service, so the gate changed nothing.',
  cause: "Staging's token in place of production's, or ids copied from another project.",
  help: 'Create a project token for this environment under Project Settings → Tokens, or correct the ids.',
};

export const otherSource: FindingKind = {
  ...delivery,
  code: 'platform/other-source',
  meaning: 'The service on Railway has another source than the configuration says, so the gate changed nothing.',
  cause:
    'The configuration names an `image`, and Railway builds the service from a repository; or Railway runs an image, and the configuration names none.',
  help: "Add or remove the service's `image`, or change its source on Railway.",
};

export const restoredVariables: FindingKind = {
  ...delivery,
  severity: 'notice',
  code: 'platform/restored-variables',
  meaning: 'The rollback restored the image and the variables of the earlier deployment.',
  cause: 'A rollback on Railway always restores both.',
  help: 'If a variable has changed since for another reason, such as a rotated secret, deploy again to use it.',
};
