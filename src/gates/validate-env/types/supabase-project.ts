import { readClaims } from '../../../core/jwt-claims.ts';
import { parseUrl } from './urls.ts';

/**
 * The project of Supabase that an address or a key belongs to; undefined where it tells none. docs: Supabase, Connect
 * to your database (`db.<ref>.supabase.co`, user `postgres.<ref>` at the pooler); the claim `ref` of legacy keys.
 */
export function findProject(value: string): string | undefined {
  const ref = readClaims(value)?.ref;
  if (typeof ref === 'string') return ref;
  const url = /\.supabase\./i.test(value) ? parseUrl(value) : undefined; // most are of others
  if (!url) return undefined;
  const own = /^(?:db\.)?([a-z]{20})\.supabase\.(?:co|in|red)$/.exec(url.hostname)?.[1];
  if (own !== undefined) return own;
  return /\.pooler\.supabase\.com$/.test(url.hostname) ? /\.([a-z]{20})$/.exec(url.username)?.[1] : undefined;
}
