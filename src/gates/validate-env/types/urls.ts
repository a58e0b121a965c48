import { domainToASCII } from 'node:url';

/** The value as a URL; undefined when it is none. */
export function parseUrl(value: string): URL | undefined {
  return URL.canParse(value) && value.trim() === value ? new URL(value) : undefined;
}

/**
 * A connection string that may name several hosts, or a socket instead of a host: as a URL for each host, with
 * `localhost` for a socket. Empty when it is none. Browsers' URLs have one host, so `URL` does not take these.
 */
export function parseConnection(value: string): URL[] {
  const url = parseUrl(value);
  if (url?.host) return [url];
  const [, start, hosts, rest] = /^([a-z][a-z0-9+.-]*:\/\/(?:[^@/?#\s]*@)?)([^@/?#\s]*)([/?#].*)?$/is.exec(value) ?? [];
  if (start === undefined || value.trim() !== value || /^(?:https?|wss?):/i.test(value)) return [];
  const names = hosts === '' ? ['localhost'] : (hosts ?? '').split(',');
  const urls = names.map(host => parseUrl(`${start}${host}${rest ?? ''}`));
  return urls.every(each => each?.host) ? urls.flatMap(each => each ?? []) : [];
}

/** The scheme without the colon. */
export function getScheme(url: URL): string {
  return url.protocol.slice(0, -1);
}

/** The host of an address, or of a bare host such as `.example.com` of a cookie; undefined for anything else. */
export function parseHost(text: string): string | undefined {
  const url = parseUrl(text);
  if (url?.hostname) return url.hostname.toLowerCase();
  const bare = domainToASCII(text.replace(/^\./, ''));
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(bare) ? bare.toLowerCase() : undefined;
}
