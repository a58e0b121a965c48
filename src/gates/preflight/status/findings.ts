import { concludeFrom, type Outcome } from '../../../core/check.ts';
import type { Finding, FindingKind } from '../../../core/finding.ts';

const provider = { severity: 'error', boundary: 'provider' } as const;

export const providerDown: FindingKind = {
  ...provider,
  code: 'provider/not-operational',
  meaning: 'A provider that the release relies on reports a problem.',
  cause: 'An incident at the provider.',
  help: 'Wait until its status page reports that the incident is over. During it, a release can be neither judged nor rolled back reliably.',
};

export const maintenance: FindingKind = {
  ...provider,
  severity: 'warning',
  code: 'provider/maintenance',
  meaning: 'A provider has announced maintenance that overlaps with the release.',
  cause: 'A maintenance window of the provider.',
  help: 'Read the announcement, and release before or after it if it affects a component that you use.',
};

export const unknownComponent: FindingKind = {
  ...provider,
  code: 'provider/unknown-component',
  meaning: 'The status page has no component of this name, so the gate knows nothing about it.',
  cause: 'The name is misspelled, or the provider has renamed the component.',
  help: 'Use the name from the status page.',
};

export const statusUnavailable: FindingKind = {
  ...provider,
  severity: 'warning',
  code: 'provider/status-unavailable',
  meaning: 'The gate cannot read the status page, so it does not know whether the provider is healthy.',
  cause: 'The page is down, has moved, or is of another kind.',
  help: 'Open the page; if it has moved, correct its address.',
};

/** A component that the page lacks is a mistake in the configuration and says nothing about the provider. */
export function concludeStatus(findings: Finding[], detail: string): Outcome<never> {
  const outcome = concludeFrom(findings, detail);
  const errors = findings.filter(({ severity }) => severity === 'error');
  const isOnlyUnknown = errors.length > 0 && errors.every(({ code }) => code === unknownComponent.code);
  return isOnlyUnknown ? { ...outcome, verdict: 'error' } : outcome;
}
