import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createReleaseChannel } from '../../src/channels/create-release-channel.ts';
import { composeEnd, composeStart, type ReleaseMessage } from '../../src/channels/message.ts';
import { type MessageMemory, tellChannels } from '../../src/channels/tell.ts';
import { reportSchema } from '../../src/config/schema/report.ts';
import { account, before, endGate, recordOf, wentBack } from '../gates/report/support.ts';
import { testContext } from '../support/context.ts';
import { type DiscordEmulator, startDiscord } from '../support/emulators/channels/discord.ts';
import { type PagerDutyEmulator, startPagerDuty } from '../support/emulators/channels/pagerduty.ts';
import { type SlackEmulator, startSlack } from '../support/emulators/channels/slack.ts';
import { type EmulatorServer, route, serve } from '../support/emulators/http.ts';

const token = 'xoxb-token-of-the-emulator';
const key = '0123456789abcdef0123456789abcdef';
const start = composeStart(account());
const rollback = (result: string, verdict: 'passed' | 'failed') =>
  endGate('rollback', verdict, { headline: 'api: went back.', outputs: { result, incident: '' } });
const passed = composeEnd(account());
const rolledBack = composeEnd(
  account({ outcomes: [endGate('probe', 'failed'), rollback('verified', 'passed')], record: recordOf(wentBack) }),
);
const rollbackFailed = composeEnd(account({ outcomes: [endGate('probe', 'failed'), rollback('failed', 'failed')] }));

let slack: SlackEmulator;
let discord: DiscordEmulator;
let pagerduty: PagerDutyEmulator;
let inbox: EmulatorServer;
beforeEach(async () => {
  slack = await startSlack({ token, channels: ['#releases'] });
  discord = await startDiscord();
  pagerduty = await startPagerDuty();
  inbox = await serve({
    routes: [route('POST /hook/secret-path-of-the-inbox', () => ({ status: 202 }))],
    authorize: () => undefined,
    notFound: () => ({ status: 404, text: 'no such workflow' }),
    malformed: () => ({ status: 400 }),
  });
});
afterEach(() => Promise.all([slack, discord, pagerduty, inbox].map(server => server?.stop())));

function memory(): MessageMemory {
  const kept = new Map<string, unknown>();
  return { read: name => kept.get(name), write: (name, sent) => kept.set(name, sent) };
}

/** Sends the messages of one release to a channel. Returns the warnings. */
async function tell(
  declared: object,
  messages: ReleaseMessage[],
  variables: Record<string, string> = {},
  kept = memory(),
) {
  const channel = reportSchema.parse({ notify: { team: declared } }).notify.team;
  if (channel === undefined) throw new Error('no channel');
  const context = testContext({
    variables: {
      TOKEN: token,
      KEY: key,
      DISCORD: discord.webhook,
      HOOK: `${inbox.url}/hook/secret-path-of-the-inbox`,
      SLACK_HOOK: `${slack.url}/services/T000/B000/webhook-of-the-emulator`,
      SLACK_API_URL: `${slack.url}/api`,
      PAGERDUTY_EVENTS_URL: pagerduty.url,
      ...variables,
    },
    clock: { now: () => Date.parse('2026-03-01T12:00:00Z'), sleep: async () => {} },
  });
  const created = createReleaseChannel('team', channel, { path: 'release-gates.yml' }, context);
  const warnings: string[] = [];
  for (const message of messages) {
    const checks = await tellChannels([created], message, kept, context);
    for (const { verdict, findings } of checks) {
      expect(verdict).toBe('passed');
      warnings.push(...findings.map(finding => context.redactor.redact(finding.message)));
    }
  }
  return warnings;
}

describe('Slack', () => {
  const channel = { slack: '#releases', token: '${TOKEN}' };

  test('has one message, edited at the end, with the details in its thread', async () => {
    expect(await tell(channel, [start, rolledBack])).toEqual([]);
    const [message, reply, ...more] = slack.messages;
    expect(more).toEqual([]);
    expect(message).toMatchObject({ edited: true });
    expect(message?.text).toContain(
      '↩️ The release of ccccccc “Fix the cart” to production failed in probe; it was rolled back',
    );
    expect(message?.text).toContain(`Users of api meet: the version before, v3 (${before.slice(0, 7)})`);
    expect(message?.text).toContain('probe saw &lt;b&gt;500&lt;/b&gt;');
    expect(reply).toMatchObject({ thread: message?.ts, text: expect.stringContaining('probe: failed.') });
  });

  test('gets a new message when the one of the start was deleted', async () => {
    const kept = memory();
    await tell(channel, [start], {}, kept);
    slack.clear();
    expect(await tell(channel, [passed], {}, kept)).toEqual([]);
    expect(slack.messages[0]).toMatchObject({ edited: false });
  });

  test.each([
    [
      'another token',
      channel,
      { TOKEN: 'xoxb-wrong' },
      /team was not told: Slack did not take the message: invalid_auth, the token/,
    ],
    ['another channel', { ...channel, slack: '#random' }, {}, /channel_not_found, check the name/],
    ['no token', channel, { TOKEN: '' }, /The variable TOKEN.* is empty in this step/],
    ['no answer', channel, { SLACK_API_URL: 'http://127.0.0.1:1' }, /Slack was not reached/],
  ])('with %s is a warning that names it', async (_, declared, variables, said) => {
    const [warning] = await tell(declared, [start], variables);
    expect(warning).toMatch(said);
    expect(slack.messages).toEqual([]);
  });

  test('waits when it is asked to, and is not told twice', async () => {
    slack.fail({ answer: { status: 429, retryAfter: 2, body: { ok: false, error: 'ratelimited' } } });
    expect(await tell(channel, [start])).toEqual([]);
    expect(slack.messages).toHaveLength(1);
    slack.fail({ answer: 'lose-answer' });
    expect(await tell(channel, [start])).toHaveLength(1);
    expect(slack.messages).toHaveLength(2);
  });

  test('by a webhook is told the start and the end', async () => {
    expect(await tell({ 'slack-webhook': '${SLACK_HOOK}' }, [start, passed])).toEqual([]);
    expect(slack.messages.map(({ text }) => text.split('\n')[0])).toEqual([
      '🚀 Releasing ccccccc to production.',
      '✅ Released ccccccc “Fix the cart” to production.',
    ]);
  });

  test('by a webhook that was deleted is a warning without its address', async () => {
    const [warning] = await tell({ 'slack-webhook': '${SLACK_HOOK}' }, [start], {
      SLACK_HOOK: `${slack.url}/services/T000/B000/deleted-secret`,
    });
    expect(warning).toContain('Slack answered 404: no_service');
    expect(warning).not.toContain('deleted-secret');
  });
});

describe('Discord', () => {
  const channel = { discord: '${DISCORD}' };

  test('has one message, edited at the end, that mentions nobody and has no markup', async () => {
    expect(await tell(channel, [start, rolledBack])).toEqual([]);
    expect(discord.messages).toMatchObject([
      { edited: true, content: expect.stringContaining('rolled back and verified') },
    ]);
    expect(discord.requests.at(-1)?.body).toMatchObject({ allowed_mentions: { parse: [] } });
  });

  test('takes a long message, cut', async () => {
    const long = { ...passed, details: Array.from({ length: 60 }, () => '**a gate** that says much. '.repeat(3)) };
    expect(await tell(channel, [long])).toEqual([]);
  });

  test('with a deleted webhook is a warning without its address', async () => {
    const [warning] = await tell(channel, [start], { DISCORD: discord.webhook.replace('token-of', 'other-of') });
    expect(warning).toMatch(/Discord answered 401.*Invalid Webhook Token/);
    expect(warning).not.toContain('other-of-the-emulator');
  });
});

describe('Teams', () => {
  test('gets an Adaptive Card within its limit', async () => {
    const long = { ...rolledBack, details: Array.from({ length: 900 }, () => 'a gate that says much and more') };
    expect(await tell({ teams: '${HOOK}' }, [long])).toEqual([]);
    const [request] = inbox.requests;
    expect(request?.body).toMatchObject({
      type: 'message',
      attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: { type: 'AdaptiveCard' } }],
    });
    expect(JSON.stringify(request?.body).length).toBeLessThan(28_000);
  });
});

describe('a webhook', () => {
  test('gets signed JSON', async () => {
    expect(await tell({ webhook: '${HOOK}', secret: '${KEY}' }, [passed])).toEqual([]);
    const [request] = inbox.requests;
    expect(request?.body).toMatchObject({ version: 1, event: 'passed', environment: 'production' });
    const signature = createHmac('sha256', key).update(JSON.stringify(request?.body)).digest('hex');
    expect(request?.headers['x-release-gates-signature']).toBe(`sha256=${signature}`);
  });

  test('is told again under the same id when its answer was lost', async () => {
    inbox.fail({ answer: 'lose-answer' });
    inbox.fail({ answer: { status: 503 } });
    expect(await tell({ webhook: '${HOOK}' }, [passed])).toEqual([]);
    expect(new Set(inbox.requests.map(({ headers }) => headers['x-release-gates-delivery'])).size).toBe(1);
    expect(inbox.requests).toHaveLength(3);
  });

  test('that never works ends in a warning', async () => {
    inbox.fail({ answer: { status: 503 }, times: Number.POSITIVE_INFINITY });
    const [warning] = await tell({ webhook: '${HOOK}' }, [passed]);
    expect(warning).toMatch(/answered 503 \(5 attempts\)/);
  });
});

describe('PagerDuty', () => {
  const channel = { pagerduty: '${KEY}' };

  test('learns of a release as a change, and is alerted once when a rollback did not verify', async () => {
    expect(await tell(channel, [start, passed, rollbackFailed, rollbackFailed])).toEqual([]);
    expect(pagerduty.changes).toHaveLength(3);
    expect([...pagerduty.alerts.values()]).toEqual([true]);
  });

  test.each([
    ['passed', passed],
    ['rolled-back', rolledBack],
  ])('is told that the alert is over by a release that is %s', async (_, next) => {
    await tell(channel, [rollbackFailed, next]);
    expect([...pagerduty.alerts.values()]).toEqual([false]);
  });

  test('is not alerted by a release that failed and changed nothing', async () => {
    await tell(channel, [composeEnd(account({ outcomes: [endGate('validate-env', 'failed')], record: recordOf({}) }))]);
    expect(pagerduty.alerts.size).toBe(0);
  });

  test('with another key is a warning', async () => {
    const [warning] = await tell(channel, [passed], { KEY: 'short' });
    expect(warning).toMatch(/PagerDuty answered 400.*invalid event/);
  });
});

describe('the configuration', () => {
  test('only tells what is asked', async () => {
    await tell({ 'slack-webhook': '${SLACK_HOOK}', on: ['rolled-back'] }, [start, passed, rolledBack]);
    expect(slack.messages).toHaveLength(1);
  });

  test.each([
    [{ slack: '#releases', token: 'xoxb-in-the-file' }],
    [{ discord: 'https://discord.com/api/webhooks/1/x' }],
    [{ pagerduty: '${KEY}', on: ['passed'] }],
    [{ teams: '${HOOK}', token: '${TOKEN}' }],
    [{ slack: '#releases', token: '${TOKEN}', on: ['sometimes'] }],
  ])('refuses %j', declared => {
    expect(reportSchema.safeParse({ notify: { team: declared } }).success).toBe(false);
  });
});

test('nothing of a secret is sent', async () => {
  const leaky = { ...passed, title: `It says ${key}.` };
  await tell({ webhook: '${HOOK}', secret: '${KEY}' }, [leaky]);
  expect(JSON.stringify(inbox.requests.at(-1)?.body)).not.toContain(key);
});
