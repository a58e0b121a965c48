import * as z from 'zod';
import type { GateContext } from '../core/context.ts';
import { deliver } from './deliver.ts';
import { listLines, type ReleaseMessage } from './message.ts';

/** docs.slack.dev, chat.postMessage and chat.update: HTTP 200 with `ok: false` is the usual failure. */
const answerSchema = z.looseObject({
  ok: z.boolean(),
  error: z.string().optional(),
  ts: z.string().optional(),
  channel: z.string().optional(),
});

const postedSchema = z.strictObject({ channel: z.string(), ts: z.string() });

/** Slack truncates longer texts in some clients; characters. */
const longestText = 3900;

export interface SlackSettings {
  channel: string;
  token: string;
}

/** One message that is edited as the release goes on, with the details in its thread. */
export async function sendToSlack(
  { channel, token }: SlackSettings,
  message: ReleaseMessage,
  earlier: unknown,
  context: GateContext,
): Promise<unknown> {
  const call = async (method: string, body: object) => {
    const base = (context.variables.SLACK_API_URL || 'https://slack.com/api').replace(/\/+$/, '');
    const headers = { authorization: `Bearer ${token}` };
    const { body: text } = await deliver({ to: 'Slack', url: `${base}/${method}`, headers, body }, context);
    return parseAnswer(text);
  };
  const text = format(listLines(message));
  const posted = postedSchema.safeParse(earlier).data;
  const edited = posted && (await call('chat.update', { ...posted, text }));
  const isGone = edited?.error === 'message_not_found';
  const shown = edited && !isGone ? edited : await call('chat.postMessage', { channel, text, unfurl_links: false });
  if (!shown.ok) throw new Error(`Slack did not take the message: ${explain(shown.error)}`);
  const place = { channel: shown.channel ?? posted?.channel ?? channel, ts: shown.ts ?? posted?.ts ?? '' };
  if (message.details.length > 0) {
    const reply = { channel: place.channel, thread_ts: place.ts, text: format(message.details), unfurl_links: false };
    const replied = await call('chat.postMessage', reply);
    if (!replied.ok) throw new Error(`Slack took the message, but not its details: ${explain(replied.error)}`);
  }
  return place;
}

function parseAnswer(text: string): z.infer<typeof answerSchema> {
  try {
    return answerSchema.parse(JSON.parse(text));
  } catch {
    throw new Error('Slack answered in a form that its API does not have');
  }
}

/** docs.slack.dev, formatting message text: only these three characters are special everywhere. */
function format(lines: string[]): string {
  const text = lines.join('\n');
  const cut = text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;
  return cut.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const remedies: Record<string, string> = {
  not_in_channel: 'invite the app to the channel',
  channel_not_found: 'check the name of the channel, and invite the app to it if it is private',
  invalid_auth: 'the token is not valid: store the bot token (xoxb-…) of the app',
  missing_scope: 'give the app the scope chat:write',
  is_archived: 'the channel is archived',
};

function explain(error = 'it gave no reason'): string {
  return remedies[error] ? `${error}, ${remedies[error]}` : error;
}

/** A webhook can neither edit nor reply, so it tells the start and the end. */
export async function sendToSlackWebhook(url: string, message: ReleaseMessage, context: GateContext): Promise<void> {
  const { body } = await deliver({ to: 'Slack', url, body: { text: format(listLines(message)) } }, context);
  if (body.trim() !== 'ok') throw new Error(`Slack did not take the message: ${body.trim().slice(0, 100)}`);
}
