import type { Change } from '../../../config/schema/preflight/change.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import type { Alert, CommitFacts } from '../../../core/commit-facts.ts';
import { GateError } from '../../../core/errors.ts';
import { type FindingKind, found, type Place } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import type { ChangeCheck, ChangeRequest } from './change-check.ts';

export const openAlert: FindingKind = {
  code: 'change/open-alert',
  severity: 'error',
  boundary: 'identity',
  meaning: 'The repository has an open security alert that is too severe for a release.',
  cause: 'A vulnerability in the code or a dependency, or a secret that was committed.',
  help: 'Fix the alert. If it does not apply, dismiss it on GitHub with a reason; revoke a leaked secret first.',
};

export const alertsDisabled: FindingKind = {
  code: 'change/alerts-disabled',
  severity: 'error',
  boundary: 'identity',
  meaning: 'The repository does not use this kind of alert, so the gate cannot look for open ones.',
  cause: 'The feature is switched off, or no analysis ever ran.',
  help: 'Switch the feature on under Settings, Security, or remove the key from `preflight.change.alerts`.',
};

const grades: Alert['severity'][] = ['low', 'medium', 'high', 'critical'];
/** How many alerts get a finding each; one more finding counts the rest. */
const named = 10;

export const alerts: ChangeCheck = {
  name: 'alerts',
  boundary: 'identity',
  plan: ({ alerts }) => alerts && (request => checkAlerts(alerts, request)),
};

async function checkAlerts(
  { secrets, ...bySeverity }: NonNullable<Change['alerts']>,
  { facts, findPlace }: ChangeRequest,
): Promise<Outcome<never>> {
  const kinds = (['code-scanning', 'dependabot'] as const).filter(kind => bySeverity[kind] !== undefined);
  const wanted = [...kinds, ...(secrets ? ['secrets' as const] : [])];
  const lists = await Promise.all(wanted.map(kind => listAlerts(kind, facts, findPlace(kind))));
  const severe = lists.flat().filter(({ kind, severity }) => {
    const least = kind === 'secrets' ? 'low' : (bySeverity[kind] ?? 'critical');
    return grades.indexOf(severity) >= grades.indexOf(least);
  });
  const findings = severe
    .slice(0, named)
    .map(({ kind, severity, title, url }) =>
      found(openAlert, { message: `Open ${kind} alert (${severity}): ${title} — ${url}`, place: findPlace(kind) }),
    );
  if (severe.length > named)
    findings.push(
      found(openAlert, {
        message: `${pluralize(severe.length - named, 'more open alert')} must be closed before a release.`,
        place: findPlace(),
      }),
    );
  return concludeFrom(findings, `${severe.length} of ${pluralize(lists.flat().length, 'open alert')} too severe`);
}

/** GitHub says 403 or 404 with one of these messages where the feature is off (docs: GitHub REST, alerts). */
const offMessage = /(is|are) disabled|not enabled|no analysis found|must be enabled/i;

async function listAlerts(kind: Alert['kind'], facts: CommitFacts, place: Place): Promise<Alert[]> {
  try {
    return await facts.alerts(kind);
  } catch (error) {
    const off = error instanceof GateError ? error.findings.find(({ message }) => offMessage.test(message)) : undefined;
    if (!off) throw error;
    throw new GateError([found(alertsDisabled, { message: `${kind}: ${off.message}`, place })]);
  }
}
