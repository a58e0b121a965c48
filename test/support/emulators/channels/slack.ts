import { type Answer, type EmulatorRequest, type EmulatorServer, route, serve } from '../http.ts';

export interface SlackMessage {
  channel: string;
  ts: string;
  text: string;
  thread?: string;
  edited: boolean;
}

export interface SlackEmulator extends EmulatorServer {
  messages: SlackMessage[];
  /** Deletes everything, as a person can. */
  clear(): void;
}

/** docs.slack.dev, chat.postMessage and chat.update, incoming webhooks: errors come with the status 200. */
export async function startSlack({ token, channels }: { token: string; channels: string[] }): Promise<SlackEmulator> {
  const messages: SlackMessage[] = [];
  const ok = (body: object): Answer => ({ status: 200, body: { ok: true, ...body } });
  const fail = (error: string): Answer => ({ status: 200, body: { ok: false, error } });
  const refuse = ({ headers, body }: EmulatorRequest): Answer | undefined => {
    const given = headers.authorization;
    if (given === undefined) return fail('not_authed');
    if (given !== `Bearer ${token}`) return fail('invalid_auth');
    return typeof body.text === 'string' && body.text !== '' ? undefined : fail('no_text');
  };
  const post = (request: EmulatorRequest): Answer => {
    const refused = refuse(request);
    if (refused) return refused;
    const { channel, text, thread_ts: thread } = request.body;
    if (!channels.includes(String(channel))) return fail('channel_not_found');
    const ts = `17000000${10 + messages.length}.000100`;
    const id = `C${channels.indexOf(String(channel))}`;
    messages.push({
      channel: id,
      ts,
      text: String(text),
      edited: false,
      ...(thread ? { thread: String(thread) } : {}),
    });
    if (!channels.includes(id)) channels.push(id);
    return ok({ channel: id, ts });
  };
  const update = (request: EmulatorRequest): Answer => {
    const refused = refuse(request);
    if (refused) return refused;
    const { channel, ts, text } = request.body;
    if (!/^C\d+$/.test(String(channel))) return fail('channel_not_found'); // it takes no names, only ids
    const message = messages.find(one => one.ts === ts && one.channel === channel);
    if (!message) return fail('message_not_found');
    Object.assign(message, { text: String(text), edited: true });
    return ok({ channel: message.channel, ts: message.ts });
  };
  const hook = ({ params, body }: EmulatorRequest): Answer => {
    if (params.path !== 'T000/B000/webhook-of-the-emulator') return { status: 404, text: 'no_service' };
    if (typeof body.text !== 'string') return { status: 400, text: 'no_text' };
    messages.push({ channel: 'webhook', ts: '', text: body.text, edited: false });
    return { status: 200, text: 'ok' };
  };
  const server = await serve({
    routes: [
      route('POST /api/chat.postMessage', post),
      route('POST /api/chat.update', update),
      route('POST /services/*path', hook),
    ],
    authorize: () => undefined,
    notFound: () => fail('unknown_method'),
    malformed: () => fail('invalid_json'),
  });
  return { ...server, messages, clear: () => messages.splice(0) };
}
