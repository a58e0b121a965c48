import { createHmac } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export interface Totp {
  /** In base32 (RFC 4648, section 6). Spaces and padding are ignored. */
  secret: string;
  digits: number;
  /** Seconds. */
  period: number;
  hash: string;
}

/** The code of an authenticator app (RFC 6238) at a time in milliseconds since the epoch; undefined for a bad secret. */
export function makeTotp({ secret, digits, period, hash }: Totp, now: number): string | undefined {
  const key = decodeBase32(secret);
  if (key === undefined) return undefined;
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 1000 / period)));
  const digest = createHmac(hash, key).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0xf; // RFC 4226, section 5.3
  const number = digest.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

function decodeBase32(text: string): Buffer | undefined {
  const letters = text.replace(/[\s=]/g, '').toUpperCase();
  if (letters === '' || [...letters].some(letter => !alphabet.includes(letter))) return undefined;
  const bits = [...letters].map(letter => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map(byte => Number.parseInt(byte, 2)));
}
