import type { FindingKind } from '../../core/finding.ts';

export const gateNotEnded: FindingKind = {
  code: 'report/gate-not-ended',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A gate began and left no outcome, so nobody knows how far it came.',
  cause: 'The step reached its timeout-minutes, or its process was killed.',
  help: 'Read the log of its step. Check what is live before you release again.',
};

export const nothingToReport: FindingKind = {
  code: 'report/nothing-ran',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'No gate of this release ran, so the report says nothing about it.',
  cause:
    'The job ended before its first gate, or the inputs `config`, `environment` and `commit` of the report differ from those of the gates.',
  help: 'Give the report the same inputs as the gates. In another job, pass `record`, too.',
};

export const configurationUnreadable: FindingKind = {
  code: 'report/configuration-unreadable',
  severity: 'warning',
  boundary: 'delivery',
  meaning:
    'The report does not know which gates and services the release should have. It shows those that ran and tells no channel.',
  cause: 'The checkout has no configuration file, or the file has a fault.',
  help: 'Fix the fault that the message names. Check out the repository before the report.',
};
