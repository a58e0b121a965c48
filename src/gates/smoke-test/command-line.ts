import { isTellingName } from './secrets.ts';

/** A request as it was sent. */
export interface SentRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

/** The request as a `curl` command for a shell, with `***` for what a name calls a secret. */
export function asCurl({ method, url, headers, body }: SentRequest): string {
  const asked = method === 'HEAD' ? ['--head'] : method === 'GET' ? [] : ['-X', method];
  const parts = ['curl', ...asked, quoted(withoutSecrets(url)), ...headerOptions(headers)];
  if (body === undefined) return parts.join(' ');
  // Bytes, such as a file that is sent, are of no use in a log.
  const data = typeof body === 'string' ? ['--data-raw', quoted(bodyText(body))] : ['--data-binary', '@body'];
  return [...parts, ...data].join(' ');
}

/** The connection as a `wscat` command, which is on the npm registry. */
export function asWscat({
  url,
  headers,
  messages,
}: {
  url: string;
  headers: Record<string, string>;
  messages: string[];
}) {
  const address = quoted(withoutSecrets(url.replace(/^http/, 'ws')));
  const sent = messages.flatMap(message => ['-x', quoted(bodyText(message))]);
  return ['npx wscat -c', address, ...headerOptions(headers), ...sent].join(' ');
}

function headerOptions(headers: Record<string, string>): string[] {
  return Object.entries(headers).flatMap(([name, value]) => ['-H', quoted(`${name}: ${headerText(name, value)}`)]);
}

function headerText(name: string, value: string): string {
  if (name.toLowerCase() === 'cookie') return value.replace(/=[^;]*/g, '=***');
  if (name.toLowerCase() === 'authorization') return value.replace(/^(\w+ )?.*$/s, '$1***');
  return isTellingName(name) ? '***' : value;
}

function withoutSecrets(url: string): string {
  const shown = new URL(url);
  if (shown.password) shown.password = '***';
  for (const name of new Set(shown.searchParams.keys())) if (isTellingName(name)) shown.searchParams.set(name, '***');
  return shown.href;
}

function bodyText(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), hide);
  } catch {
    return body.split('&').map(withoutSecret).join('&'); // a form
  }
}

function withoutSecret(pair: string): string {
  const [name = '', ...value] = pair.split('=');
  return value.length > 0 && isTellingName(name) ? `${name}=***` : pair;
}

function hide(name: string, value: unknown): unknown {
  return typeof value === 'string' && isTellingName(name) ? '***' : value;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
