import type { SentrySignal } from '../../../config/schema/watch/stores.ts';
import type { FindingKind } from '../../../core/finding.ts';
import { toOneLine } from '../../../core/one-line.ts';
import { pluralize } from '../../../core/plural.ts';
import { createSentry } from '../../../vendors/sentry/api.ts';
import type { Observer } from '../signal.ts';
import type { Declared } from '../watched.ts';

export const newIssues: FindingKind = {
  code: 'watch/new-issues',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Sentry saw errors first in this release.',
  cause: 'A fault that the release brought.',
  help: 'Open the issues in Sentry; then roll back, or fix and release again.',
};

/** Issues that Sentry saw first in this release; what is older does not count, however loud it is. */
export function createSentrySignal(signal: SentrySignal, { name, releasedAt, context }: Declared): Observer {
  const sentry = createSentry(context);
  const [organization = '', project = ''] = signal.sentry.split('/');
  const query = `firstRelease:"${signal.release.replace(/["\\]/g, '')}"`;
  const points: { at: number; value: number }[] = [];
  let titles: string[] = [];
  let known = false;

  return {
    claims: 0,
    observe: async abort => {
      const now = context.clock.now();
      const within = Math.max(3_600_000, now - releasedAt);
      const about = { organization, project, environment: signal.environment, query, within };
      const issues = await sentry.issues(about, abort);
      titles = issues.map(({ title, shortId }) => toOneLine(`${shortId ?? ''} ${title}`.trim(), context.redactor));
      known ||= await sentry.hasRelease(organization, signal.release, abort);
      points.push({ at: now, value: issues.length });
    },
    judge: () => {
      const count = titles.length;
      const shown = count > 0 ? ` (${titles.slice(0, 3).join('; ')}${count > 3 ? '; …' : ''})` : '';
      const sentence = `${pluralize(count, 'new issue')}${shown}, at most ${signal['new-issues']}`;
      if (points.length === 0) return { state: 'open', sentence: 'no answer yet', missing: 'a first answer of Sentry' };
      // Without an event of the release, no issue could be of it.
      if (!known)
        return {
          state: 'open',
          sentence: `Sentry knows no release ${signal.release}`,
          missing: 'a first event that carries its name',
        };
      return count > signal['new-issues'] ? { state: 'bad', sentence, kind: newIssues } : { state: 'open', sentence };
    },
    plot: () => ({ title: `${name}: new issues`, unit: '', points, bound: signal['new-issues'] }),
  };
}
