import type { FindingKind } from './finding.ts';

export const cancelled: FindingKind = {
  code: 'gate/cancelled',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The gate was stopped before it had decided.',
  cause: 'Someone cancelled the run, a newer run replaced it, or the job ran into its timeout-minutes.',
  help: 'Run the workflow again. If it ran into a time-out, raise timeout-minutes of the step or job.',
};

export const killed: FindingKind = {
  code: 'gate/killed',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The gate ended without a report. Whether it changed anything is not known.',
  cause: 'The runner ran out of memory, shut down, or killed the gate after a cancellation; or it has no Node.js 24.',
  help: 'Read the end of the log, check what is live, then run the workflow again.',
};

export const checkTimedOut: FindingKind = {
  code: 'gate/check-timed-out',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A check did not end within its deadline, so it decided nothing.',
  cause: 'What it talks to accepts the connection and does not answer, or the deadline is too short.',
  help: 'Look at whether the counterpart is reachable from the runner, then run the gate again.',
};

export const unexpected: FindingKind = {
  code: 'gate/unexpected',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The gate met something it does not know how to handle.',
  cause: 'A defect of release-gates, or an answer that no one has seen before.',
  help: 'Run the job again with debug logging for the stack trace, and report it as a bug of release-gates.',
};

export const moreFindings: FindingKind = {
  code: 'gate/more-findings',
  severity: 'notice',
  boundary: 'delivery',
  meaning: 'There were more findings than an output or the release record can hold.',
  cause: 'One fault that shows in very many places, such as a whole section of the configuration that is missing.',
  help: 'See the log of the gate, which has them all.',
};
