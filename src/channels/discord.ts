import * as z from 'zod';
import type { GateContext } from '../core/context.ts';
import { deliver } from './deliver.ts';
import { listLines, type ReleaseMessage } from './message.ts';

const postedSchema = z.looseObject({ id: z.string().regex(/^\d+$/) });

/** docs.discord.com, Execute Webhook: the length of `content` in characters. */
const longestContent = 2000;

/** One message that is edited as the release goes on. */
export async function sendToDiscord(
  webhook: string,
  message: ReleaseMessage,
  earlier: unknown,
  context: GateContext,
): Promise<unknown> {
  const body = { content: format(message), allowed_mentions: { parse: [] } };
  const posted = postedSchema.safeParse(earlier).data;
  if (posted) {
    const url = extend(webhook, `/messages/${posted.id}`);
    await deliver({ to: 'Discord', url, method: 'PATCH', body, repeatable: true }, context);
    return { id: posted.id };
  }
  const { body: text } = await deliver({ to: 'Discord', url: extend(webhook, '', { wait: 'true' }), body }, context);
  return { id: parseAnswer(text).id };
}

/** A webhook may name a thread in its query, which must stay. */
function extend(webhook: string, path: string, query: Record<string, string> = {}): string {
  const url = new URL(webhook);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

function parseAnswer(text: string): { id: string } {
  try {
    return postedSchema.parse(JSON.parse(text));
  } catch {
    throw new Error('Discord answered in a form that its API does not have');
  }
}

function format(message: ReleaseMessage): string {
  const text = [...listLines(message), '', ...message.details].join('\n').trim();
  const escaped = text.replace(/[\\*_~|`>#[\]()]/g, character => `\\${character}`);
  return escaped.length > longestContent ? `${escaped.slice(0, longestContent - 1)}…` : escaped;
}
