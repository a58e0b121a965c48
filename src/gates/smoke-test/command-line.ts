import { isTellingName } from './secrets.ts';

/** A request as sent. */
export interface SentRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

/** The request as a `curl` command for a shell, with `***` for values whose name suggests a secret. */
export function formatCurl({ method, url, headers, body }: SentRequest): string {
  const option = method === 'HEAD' ? ['--head'] : method === 'GET' ? [] : ['-X', method];
  const parts = ['curl', ...option, quote(redactUrl(url)), ...formatHeaders(headers)];
  if (body === undefined) return parts.join(' ');
  // Bytes, such as a file, would be unreadable in a log.
  const data = typeof body === 'string' ? ['--data-raw', quote(redactBody(body))] : ['--data-binary', '@body'];
  return [...parts, ...data].join(' ');
}

/** The connection as a command of `wscat`, from the npm registry. */
export function formatWscat({
  url,
  headers,
  messages,
}: {
  url: string;
  headers: Record<string, string>;
  messages: string[];
}) {
  const address = quote(redactUrl(url.replace(/^http/, 'ws')));
  const sent = messages.flatMap(message => ['-x', quote(redactBody(message))]);
  return ['npx wscat -c', address, ...formatHeaders(headers), ...sent].join(' ');
}

function formatHeaders(headers: Record<string, string>): string[] {
  return Object.entries(headers).flatMap(([name, value]) => ['-H', quote(`${name}: ${redactHeader(name, value)}`)]);
}

function redactHeader(name: string, value: string): string {
  if (name.toLowerCase() === 'cookie') return value.replace(/=[^;]*/g, '=***');
  if (name.toLowerCase() === 'authorization') return value.replace(/^(\w+ )?.*$/s, '$1***');
  return isTellingName(name) ? '***' : value;
}

function redactUrl(url: string): string {
  const shown = new URL(url);
  if (shown.password) shown.password = '***';
  for (const name of new Set(shown.searchParams.keys())) if (isTellingName(name)) shown.searchParams.set(name, '***');
  return shown.href;
}

function redactBody(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), redactValue);
  } catch {
    return body.split('&').map(redactPair).join('&'); // a form
  }
}

function redactPair(pair: string): string {
  const [name = '', ...value] = pair.split('=');
  return value.length > 0 && isTellingName(name) ? `${name}=***` : pair;
}

function redactValue(name: string, value: unknown): unknown {
  return typeof value === 'string' && isTellingName(name) ? '***' : value;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
