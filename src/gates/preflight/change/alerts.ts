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
/** So many are named one by one. */
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
  const grave = lists.flat().filter(({ kind, severity }) => {
    const least = kind === 'secrets' ? 'low' : (bySeverity[kind] ?? 'critical');
    return grades.indexOf(severity) >= grades.indexOf(least);
  });
  const findings = grave
    .slice(0, named)
    .map(({ kind, severity, title, url }) =>
      found(openAlert, { message: `Open ${kind} alert (${severity}): ${title} — ${url}`, place }),
    );
  if (grave.length > named)
    findings.push(found(openAlert, { message: `${grave.length - named} more open alerts are as grave.`, place }));
  return concludeFrom(findings, `${grave.length} of ${pluralize(lists.flat().length, 'open alert')} grave enough`);
}
