/** What a JSON Web Token says of itself, unverified: nobody here has the key. */
export interface Claims {
  role?: unknown;
  ref?: unknown;
  iss?: unknown;
  /** Seconds since the epoch. */
  exp?: unknown;
}

/** The claims of a token in the compact form of RFC 7519; undefined for anything else. */
export function readClaims(value: string): Claims | undefined {
  const parts = value.split('.');
  if (parts.length !== 3 || value.length > 16_384 || !parts.slice(0, 2).every(part => /^[\w-]+$/.test(part)))
    return undefined;
  const [header, claims] = parts.slice(0, 2).map(decodeObject);
  return header && 'alg' in header ? claims : undefined;
}

function decodeObject(part: string): object | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined; // not JSON, so no token
  }
}
