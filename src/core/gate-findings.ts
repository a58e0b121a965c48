import type { FindingKind } from './finding.ts';

export const cancelled: FindingKind = {
  code: 'gate/cancelled',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The gate was stopped before it decided.',
  cause: 'Someone cancelled the run, a newer run replaced it, or the job reached its timeout-minutes.',
  help: 'Run the workflow again. If it timed out, raise timeout-minutes of the step or job.',
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
  cause: 'The other side accepts the connection but does not answer, or the deadline is too short.',
  help: 'Check that the runner can reach the other side, then run the gate again.',
};

export const unexpected: FindingKind = {
  code: 'gate/unexpected',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The gate failed in a way that it cannot explain.',
  cause: 'A bug of release-gates, or an answer in an unknown form.',
  help: 'Run the job again with debug logging for the stack trace, and report a bug of release-gates.',
};

export const moreFindings: FindingKind = {
  code: 'gate/more-findings',
  severity: 'notice',
  boundary: 'delivery',
  meaning: 'There are more findings than an output or the release record can hold.',
  cause: 'One fault shows in many places, such as a missing section of the configuration.',
  help: "Read the gate's log, which has all of them.",
};
