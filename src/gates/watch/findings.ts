import type { FindingKind } from '../../core/finding.ts';

export const tooLittle: FindingKind = {
  code: 'watch/too-little-traffic',
  severity: 'error',
  boundary: 'delivery',
  meaning:
    'The watch ended before enough was observed, so it says neither that the release is good nor that it is bad.',
  cause: 'A quiet service, or a watch that is too short for the bound.',
  help: 'Watch for longer with `for`, send more requests with `rate`, or allow a larger share.',
};

export const noData: FindingKind = {
  code: 'watch/no-data',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The source of a signal has no data for it, so the signal decided nothing.',
  cause:
    'A misspelt metric or label, a service that is not scraped, or a counter that only exists after its first event.',
  help: 'Run the query by hand against the source, and correct it in the configuration.',
};

export const unusableAnswer: FindingKind = {
  code: 'watch/unusable-answer',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The source of a signal answered something that is not a usable measurement.',
  cause: 'A wrong address, a refused token, a query that is not valid, or a result that is not a number.',
  help: 'Open the address by hand with the same token and query.',
};

export const reportOnly: FindingKind = {
  code: 'watch/report-only',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'A signal with `report-only: true` would have failed the release.',
  cause: 'The signal is being tried out.',
  help: 'Take `report-only` off once the signal has proven itself.',
};

export const badBefore: FindingKind = {
  code: 'watch/bad-before',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'A signal was outside its bound before this release already, so it does not decide about this one.',
  cause: 'A fault that an earlier release brought, or a bound that is too narrow.',
  help: 'Fix the fault or the bound; until then, this signal protects nothing.',
};

export const keepsFailing: FindingKind = {
  code: 'watch/keeps-failing',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Every request, or a probe, has failed for longer than `failing-for` allows: users meet an outage.',
  cause: 'The service crashed after it had become ready, or lost something that it depends on.',
  help: "Look at the end of the service's log; then roll back.",
};
