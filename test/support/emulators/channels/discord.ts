import { type Answer, type EmulatorRequest, type EmulatorServer, route, serve } from '../http.ts';

export interface DiscordEmulator extends EmulatorServer {
  /** The address of the webhook. */
  webhook: string;
  messages: { id: string; content: string; edited: boolean }[];
}

/** docs.discord.com, Execute Webhook and Edit Webhook Message. Without `wait` the answer is 204 and has no id. */
export async function startDiscord(): Promise<DiscordEmulator> {
  const messages: DiscordEmulator['messages'] = [];
  const check = ({ params, body }: EmulatorRequest): Answer | undefined => {
    if (params.token !== 'token-of-the-emulator')
      return { status: 401, body: { message: 'Invalid Webhook Token', code: 50027 } };
    if (typeof body.content !== 'string' || body.content === '')
      return { status: 400, body: { message: 'Cannot send an empty message', code: 50006 } };
    if ([...body.content].length > 2000) return { status: 400, body: { message: 'Invalid Form Body', code: 50035 } };
    return undefined;
  };
  const execute = (request: EmulatorRequest): Answer => {
    const refused = check(request);
    if (refused) return refused;
    const message = { id: `12345678901234567${messages.length}`, content: String(request.body.content), edited: false };
    messages.push(message);
    return request.query.get('wait') === 'true' ? { status: 200, body: message } : { status: 204 };
  };
  const edit = (request: EmulatorRequest): Answer => {
    const refused = check(request);
    if (refused) return refused;
    const message = messages.find(({ id }) => id === request.params.message);
    if (!message) return { status: 404, body: { message: 'Unknown Message', code: 10008 } };
    Object.assign(message, { content: String(request.body.content), edited: true });
    return { status: 200, body: message };
  };
  const server = await serve({
    routes: [
      route('POST /api/webhooks/:id/:token', execute),
      route('PATCH /api/webhooks/:id/:token/messages/:message', edit),
    ],
    authorize: () => undefined,
    notFound: () => ({ status: 404, body: { message: '404: Not Found', code: 0 } }),
    malformed: () => ({ status: 400, body: { message: 'The request body contains invalid JSON.', code: 50109 } }),
  });
  return { ...server, messages, webhook: `${server.url}/api/webhooks/42/token-of-the-emulator` };
}
