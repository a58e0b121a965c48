/** The value as a URL; undefined when it is none. */
export function parseUrl(value: string): URL | undefined {
  return URL.canParse(value) && value.trim() === value ? new URL(value) : undefined;
}

/** The scheme without the colon. */
export function schemeOf(url: URL): string {
  return url.protocol.slice(0, -1);
}
