import { concludeFrom, type Outcome } from '../../../core/check.ts';
import type { Finding, FindingKind } from '../../../core/finding.ts';

const provider = { severity: 'error', boundary: 'provider' } as const;

export const providerDown: FindingKind = {
  ...provider,
  code: 'provider/not-operational',
  meaning: 'A provider that the release relies on says itself that it is not well.',
  cause: 'An incident at the provider.',
  help: 'Wait until its status page says that it is over; a release now could not be judged or taken back.',
};

export const maintenance: FindingKind = {
  ...provider,
  severity: 'warning',
  code: 'provider/maintenance',
  meaning: 'A provider has announced maintenance that overlaps with the release.',
  cause: 'A maintenance window of the provider.',
  help: 'Read what is announced; release before or after it if a part that you use is touched.',
};

export const unknownComponent: FindingKind = {
  ...provider,
  code: 'provider/unknown-component',
  meaning: 'The status page has no such part, so nothing is known of it.',
  cause: 'A misspelt name, or one that the provider has changed.',
  help: 'Correct the name as the status page has it.',
};

export const statusUnavailable: FindingKind = {
  ...provider,
  severity: 'warning',
  code: 'provider/status-unavailable',
  meaning: 'The status page does not answer as one, so it is not known whether the provider is well.',
  cause: 'The page is down or has moved, or is of another kind.',
  help: 'Open the page; if it has moved, correct its address.',
};

/** A part that the page does not have is a fault of the configuration, and says nothing of the provider. */
export function concludeStatus(findings: Finding[], detail: string): Outcome<never> {
  const outcome = concludeFrom(findings, detail);
  const errors = findings.filter(({ severity }) => severity === 'error');
  const isOnlyUnknown = errors.length > 0 && errors.every(({ code }) => code === unknownComponent.code);
  return isOnlyUnknown ? { ...outcome, verdict: 'error' } : outcome;
}
