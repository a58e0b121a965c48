import type { HttpAnswer } from '../../clients/http.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import type { Where } from '../attempt.ts';

export const staleCache: FindingKind = {
  code: 'answer/stale-cache',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'A cache in front of the service still serves an old answer, while the service itself answers correctly.',
  cause: 'The answer may be cached (Cache-Control), and the release did not purge the cache.',
  help: 'Purge the cache at the CDN, or send `Cache-Control: no-store` for this path. Users get the old answer until then.',
};

/**
 * The headers that show that a cache gave the answer; undefined without any. Sources: RFC 9111 (Age),
 * RFC 9211 (Cache-Status); docs of Vercel (x-vercel-cache), Cloudflare (CF-Cache-Status), CloudFront and Fastly
 * (X-Cache).
 */
export function detectCache({ headers }: HttpAnswer): string | undefined {
  const age = headers.age && Number(headers.age) > 0 ? `Age: ${headers.age}` : undefined;
  const hit = ['x-vercel-cache', 'cf-cache-status', 'x-cache', 'cache-status'].find(name =>
    /\bhit\b|\bstale\b|\brevalidated\b|\bupdating\b/i.test(headers[name] ?? ''),
  );
  const said = [hit && `${hit}: ${headers[hit]}`, age].filter(Boolean).join(', ');
  return said || undefined;
}

export function describeStale(target: string, said: string, wrong: Finding, { place }: Where): Finding {
  const message = `A cache answered ${target} wrongly (${said}): ${wrong.message} Past the cache, the service answers correctly.`;
  return found(staleCache, { message, ...(place && { place }) });
}
