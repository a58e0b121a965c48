import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';

export interface Answer {
  status: number;
  headers: Headers;
  // The tests say what they expect of it.
  body: ReturnType<typeof JSON.parse>;
}

export interface CallOptions {
  token?: string;
  headers?: Record<string, string>;
  body?: object;
}

/** One request, as `call(url, 'GET /health')`; the body is parsed when it is JSON. */
export async function call(url: string, request: string, options: CallOptions = {}): Promise<Answer> {
  const [method, path] = request.split(' ');
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(options.token !== undefined && { authorization: `Bearer ${options.token}` }),
      ...(options.body && { 'content-type': 'application/json' }),
      ...options.headers,
    },
    body: options.body && JSON.stringify(options.body),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

export interface Account {
  email: string;
  password: string;
  token: string;
  refreshToken: string;
}

let accounts = 0;

/** Registers someone new. */
export async function register(url: string): Promise<Account> {
  accounts += 1;
  const credentials = { email: `trader-${accounts}@example.com`, password: 'a password made up for tests' };
  const { status, body } = await call(url, 'POST /api/auth/register', {
    body: { ...credentials, displayName: `Trader ${accounts}` },
  });
  if (status !== 201) throw new Error(`registration answered ${status}: ${JSON.stringify(body)}`);
  return { ...credentials, token: body.accessToken, refreshToken: body.refreshToken };
}

export interface Conversation {
  send(message: object): void;
  /** The next message that was not read yet. */
  next(): Promise<ReturnType<typeof JSON.parse>>;
  close(): void;
}

/** Opens a WebSocket. Rejects when the upgrade is refused, with its status. */
export async function converse(url: string, options: ClientOptions = {}): Promise<Conversation> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws`, options);
  const arrived: string[] = [];
  const waiting: Array<(text: string) => void> = [];
  socket.on('message', data => {
    const take = waiting.shift();
    if (take) take(String(data));
    else arrived.push(String(data));
  });
  await once(socket, 'open');
  return {
    send: message => socket.send(JSON.stringify(message)),
    next: async () => JSON.parse(arrived.shift() ?? (await new Promise<string>(resolve => waiting.push(resolve)))),
    close: () => socket.close(),
  };
}

export const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
