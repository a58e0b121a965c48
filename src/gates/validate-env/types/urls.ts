/** The value as a URL; undefined when it is none. */
export function parseUrl(value: string): URL | undefined {
  return URL.canParse(value) && value.trim() === value ? new URL(value) : undefined;
}

/** The scheme without the colon. */
export function getScheme(url: URL): string {
  return url.protocol.slice(0, -1);
}

/** The host of an address, or of a bare host such as `.example.com` of a cookie; undefined for anything else. */
export function parseHost(text: string): string | undefined {
  const url = parseUrl(text);
  if (url?.hostname) return url.hostname.toLowerCase();
  return /^\.?[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(text) ? text.replace(/^\./, '').toLowerCase() : undefined;
}
