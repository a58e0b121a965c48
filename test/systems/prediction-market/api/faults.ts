import type { Parts } from './parts.ts';
import { readClaims } from './tokens.ts';

type Fault = (parts: Parts) => Partial<Parts>;

/** What each broken release has wrong: the parts it replaces. The application itself knows nothing of them. */
const FAULTS = {
  'orders-not-idempotent': ({ orders }) => ({
    orders: { ...orders, place: (userId, slug, terms) => orders.place(userId, slug, terms) },
  }),
  'cookie-not-http-only': ({ cookies }) => ({ cookies: { ...cookies, httpOnly: false } }),
  'websocket-silent': () => ({ pong: () => undefined }),
  'limiter-fails-open': ({ limiter }) => ({
    limiter: { ...limiter, hit: async () => ({ allowed: true, remaining: limiter.max, resetMs: 0 }) },
  }),
  'accepts-any-jwt': ({ tokens }) => ({ tokens: { ...tokens, verify: (_use, token) => readClaims(token) } }),
  'crashes-on-start': () => {
    throw new Error('cannot read the signing keys: the file is empty');
  },
  'not-ready': ({ checkReadiness }) => ({
    checkReadiness: async () => ({ ...(await checkReadiness()), ready: false, reason: 'warming up' }),
  }),
  'wrong-commit': ({ version }) => ({ version: { ...version, commit: process.env.STALE_COMMIT ?? 'unknown' } }),
  'health-needs-database': ({ database }) => ({
    checkHealth: async () => {
      await database.query('SELECT 1');
    },
  }),
  'cors-any-origin': () => ({ allowsOrigin: () => true }),
  'drops-events': ({ events }) => ({ events: { ...events, publish: async () => undefined } }),
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;

/** The parts with the fault of that name built in; as they are, when there is no name. */
export function withFault(parts: Parts, name: string | undefined): Parts {
  if (!name) return parts;
  if (!isFaultName(name)) throw new Error(`BREAK is none of ${Object.keys(FAULTS).join(', ')}`);
  const fault: Fault = FAULTS[name];
  return { ...parts, ...fault(parts) };
}

function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULTS, name);
}
