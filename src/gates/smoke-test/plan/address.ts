import { type AskedAgain, type Step, type StepKey, stepKeys } from '../../../config/schema/smoke/steps.ts';

/** The key that says what a step does. */
export function keyOf(step: Step | AskedAgain): StepKey {
  const key = stepKeys.find(known => Object.hasOwn(step, known));
  if (key === undefined) throw new Error('a step that does nothing passed validation');
  return key;
}

/** An address in a step, and where in the step it stands. */
export interface Address {
  location: string;
  path: (string | number)[];
}

/** Keys whose value is no address. */
const addressless = new Set<StepKey>([
  'listen',
  'sql',
  'redis',
  'queue',
  'run',
  'use',
  'wait-until',
  'injection',
  'idempotent',
]);

/** The addresses that a step asks itself; what it wraps has its own. */
export function addressesOf(step: Step | AskedAgain): Address[] {
  const key = keyOf(step);
  if (addressless.has(key)) return [];
  const value: unknown = Reflect.get(step, key);
  if (typeof value === 'string') return [{ location: value, path: [key] }];
  if (!Array.isArray(value)) return [];
  return value.map((item, index) => {
    if (typeof item === 'string') return { location: item, path: [key, index] };
    const { method, location } = guardedOf(item);
    return { location, path: [key, index, method] };
  });
}

/** A request in a list of paths: `/path`, or `{ post: /path }`. */
export function guardedOf(item: object | string): { method: string; location: string; json?: unknown } {
  if (typeof item === 'string') return { method: 'get', location: item };
  const { json, ...rest } = item as { json?: unknown } & Record<string, string>;
  const [[method, location] = ['get', '/']] = Object.entries(rest);
  return { method, location, ...(json !== undefined && { json }) };
}

/** The schemes that a step can speak. */
export function schemesOf(key: StepKey): string[] {
  return key === 'websocket' ? ['ws', 'wss', 'http', 'https'] : ['http', 'https'];
}

const verbs: Partial<Record<StepKey, string>> = { websocket: 'WebSocket', sse: 'SSE', graphql: 'GraphQL', sql: 'SQL' };
const methods = new Set<StepKey>(['get', 'head', 'post', 'put', 'patch', 'delete', 'options']);

/** How the step reads before its address: `GET`, `WebSocket`, `queue`. */
export function verbOf(step: Step | AskedAgain): string {
  const key = keyOf(step);
  return methods.has(key) ? key.toUpperCase() : (verbs[key] ?? key);
}

/** What the step is, as it is declared: `GET /health`, `queue onboarding`. */
export function titleOf(step: Step | AskedAgain): string {
  const value: unknown = Reflect.get(step, keyOf(step));
  if (Array.isArray(value)) {
    const items = value.map(item => (typeof item === 'object' ? guardedOf(item ?? '').location : String(item)));
    return `${verbOf(step)} ${items.join(' ')}`;
  }
  if (value !== null && typeof value === 'object') return `${verbOf(step)} ${titleOf(value as AskedAgain)}`;
  return `${verbOf(step)} ${String(value).split('\n')[0]}`;
}
