import type { Change } from '../../../config/schema/preflight/change.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import type { Alert } from '../../../core/commit-facts.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
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
  { facts, place }: ChangeRequest,
): Promise<Outcome<never>> {
  const kinds = (['code-scanning', 'dependabot'] as const).filter(kind => bySeverity[kind] !== undefined);
  const lists = await Promise.all([...kinds, ...(secrets ? ['secrets' as const] : [])].map(kind => facts.alerts(kind)));
  const severe = lists.flat().filter(({ kind, severity }) => {
    const least = kind === 'secrets' ? 'low' : (bySeverity[kind] ?? 'critical');
    return grades.indexOf(severity) >= grades.indexOf(least);
  });
  const findings = severe
    .slice(0, named)
    .map(({ kind, severity, title, url }) =>
      found(openAlert, { message: `Open ${kind} alert (${severity}): ${title} — ${url}`, place }),
    );
  if (severe.length > named)
    findings.push(
      found(openAlert, {
        message: `${pluralize(severe.length - named, 'more open alert')} must be closed before a release.`,
        place,
      }),
    );
  return concludeFrom(findings, `${severe.length} of ${pluralize(lists.flat().length, 'open alert')} too severe`);
}
