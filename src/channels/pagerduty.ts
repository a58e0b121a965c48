import { createHash } from 'node:crypto';
import type { GateContext } from '../core/context.ts';
import { deliver } from './deliver.ts';
import type { ReleaseMessage } from './message.ts';

/** PagerDuty Events API v2 (PagerDuty/api-schema, events-v2): the length of a summary in characters. */
const longestSummary = 1024;

/**
 * A release is a change event, which wakes nobody. A rollback that did not verify is an alert: one for each environment,
 * resolved by the next release that passes or is rolled back.
 */
export async function sendToPagerDuty(
  routingKey: string,
  message: ReleaseMessage,
  context: GateContext,
): Promise<void> {
  const { event } = message;
  if (event === 'start') return;
  const base = (context.variables.PAGERDUTY_EVENTS_URL || 'https://events.pagerduty.com').replace(/\/+$/, '');
  const post = (path: string, body: object) =>
    deliver(
      { to: 'PagerDuty', url: `${base}${path}`, body: { routing_key: routingKey, ...body }, repeatable: true },
      context,
    );
  const about = describe(message, context.clock.now());
  const key = { dedup_key: nameAlert(message) };
  if (event === 'rollback-failed') {
    const payload = { ...about.payload, severity: 'critical' };
    await post('/v2/enqueue', { event_action: 'trigger', ...key, ...about, payload });
  }
  if (event === 'passed' || event === 'rolled-back') await post('/v2/enqueue', { event_action: 'resolve', ...key });
  await post('/v2/change/enqueue', about);
}

function describe(message: ReleaseMessage, now: number) {
  const { repository, environment, commit, run, title, facts } = message;
  return {
    payload: {
      summary: title.slice(0, longestSummary),
      source: repository || 'release-gates',
      timestamp: new Date(now).toISOString(),
      custom_details: { environment, commit, ...Object.fromEntries(facts.map(({ name, text }) => [name, text])) },
    },
    links: [{ href: run, text: 'Run and log' }],
  };
}

/** At most 255 characters. */
function nameAlert({ repository, environment }: ReleaseMessage): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([repository, environment]))
    .digest('hex');
  return `release-gates-${hash}`;
}
