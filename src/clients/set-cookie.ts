/** A cookie as a Set-Cookie header declares it. */
export interface Cookie {
  name: string;
  value: string;
  /** As declared, without its leading dot; undefined: only the host that set it. */
  domain: string | undefined;
  /** As declared; undefined: the folder of the request. */
  path: string | undefined;
  /** Milliseconds since the epoch; in the past for a cookie that is deleted; undefined: until the session ends. */
  expires: number | undefined;
  httpOnly: boolean;
  secure: boolean;
  sameSite: 'strict' | 'lax' | 'none' | undefined;
}

/**
 * Reads one Set-Cookie header as browsers do (RFC 6265, section 5.2): Max-Age wins over Expires, the last of a repeated
 * attribute counts, unknown ones do not. Undefined when it has no name. `now` is in milliseconds since the epoch.
 */
export function parseSetCookie(header: string, now: number): Cookie | undefined {
  const [pair = '', ...rest] = header.split(';');
  const [name, value] = splitOnce(pair);
  if (value === undefined || name === '') return undefined;
  const attributes = new Map(
    rest.map(splitOnce).map(([key, text = '']): [string, string] => [key.toLowerCase(), text]),
  );
  const path = attributes.get('path');
  const domain = attributes.get('domain')?.toLowerCase().replace(/^\./, '');
  return {
    name,
    value,
    domain: domain || undefined,
    path: path?.startsWith('/') ? path : undefined,
    expires: parseExpiry(attributes, now),
    httpOnly: attributes.has('httponly'),
    secure: attributes.has('secure'),
    sameSite: parseSameSite(attributes.get('samesite')?.toLowerCase()),
  };
}

function splitOnce(text: string): [string, string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text.trim(), undefined] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

function parseExpiry(attributes: Map<string, string>, now: number): number | undefined {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return now + Number(maxAge) * 1000;
  const date = Date.parse(attributes.get('expires') ?? '');
  return Number.isNaN(date) ? undefined : date;
}

function parseSameSite(text: string | undefined): Cookie['sameSite'] {
  return text === 'strict' || text === 'lax' || text === 'none' ? text : undefined;
}
