import type { Change } from '../../../config/schema/preflight/change.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { createSentry } from '../../../vendors/sentry/api.ts';
import type { ChangeCheck, ChangeRequest } from './change-check.ts';

export const openIssue: FindingKind = {
  code: 'change/open-sentry-issue',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Sentry has an unresolved error of this release, from the environment where the release was tried.',
  cause: 'A bug in the release that the tests did not find.',
  help: 'Fix the error, or resolve it in Sentry if it does not matter.',
};

export const sentry: ChangeCheck = {
  name: 'sentry',
  boundary: 'delivery',
  plan: ({ sentry }) => sentry && (request => checkSentry(sentry, request)),
};

async function checkSentry(
  { organization, project, environment, release, level, within }: NonNullable<Change['sentry']>,
  { context, place }: ChangeRequest,
): Promise<Outcome<never>> {
  const levels = level === 'fatal' ? 'level:fatal' : 'level:[fatal, error]';
  const query = `is:unresolved release:"${release.replaceAll('"', '')}" ${levels}`;
  const request = { organization, project, environment, query, within };
  const issues = await createSentry(context).issues(request, context.signal);
  const findings = issues.map(({ shortId, title, permalink }) =>
    found(openIssue, {
      message: `${shortId ?? project} in ${environment}: ${title}${permalink ? ` — ${permalink}` : ''}`,
      place,
    }),
  );
  return concludeFrom(findings, `${issues.length} unresolved`);
}
