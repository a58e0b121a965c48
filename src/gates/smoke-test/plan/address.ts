import { methods } from '../../../config/http-methods.ts';
import type { HttpStep } from '../../../config/schema/smoke/steps/http.ts';
import type { UnauthenticatedStep } from '../../../config/schema/smoke/steps/unauthenticated.ts';
import { findForm, type Step } from '../../../config/schema/smoke/steps.ts';
import { isMapping } from '../../../core/is-mapping.ts';

/** An address in a step, and its path within the step. */
export interface Address {
  location: string;
  path: (string | number)[];
}

/** The addresses that a step requests itself. A step that it wraps has its own. */
export function listAddresses(step: Step): Address[] {
  const { key, schemes } = findForm(step);
  if (schemes === undefined) return [];
  if ('unauthenticated' in step) {
    return step.unauthenticated.map((item, index) => {
      if (typeof item === 'string') return { location: item, path: [key, index] };
      const { method, location } = parseGuarded(item);
      return { location, path: [key, index, method] };
    });
  }
  return [{ location: String(Reflect.get(step, key)), path: [key] }];
}

/** The address of an HTTP request. */
export function findLocation(step: HttpStep): string {
  return methods.map(method => step[method]).find(location => location !== undefined) ?? '/';
}

/** A request in a list of paths: `/path`, or `{ post: /path }`. */
export function parseGuarded(item: UnauthenticatedStep['unauthenticated'][number]): {
  method: string;
  location: string;
  json?: unknown;
} {
  if (typeof item === 'string') return { method: 'get', location: item };
  const [method = 'get', location = '/'] = Object.entries(item).find(([key]) => key !== 'json') ?? [];
  return { method, location: String(location), ...('json' in item && { json: item.json }) };
}

/** How a step reads before its address: `GET`, `WebSocket`, `queue`. */
export function formatVerb(step: Step): string {
  const { key, title = key } = findForm(step);
  return typeof title === 'string' ? title : title(key);
}

/** The step as declared: `GET /health`, `queue onboarding`. */
export function formatTitle(step: Step): string {
  return `${formatVerb(step)} ${formatSubject(step)}`;
}

function formatSubject(step: Step): string {
  const { key, wraps } = findForm(step);
  const value = Reflect.get(step, key);
  if (wraps) return formatTitle(value);
  if ('unauthenticated' in step) return step.unauthenticated.map(item => parseGuarded(item).location).join(' ');
  if (Array.isArray(value)) return value.join(' ');
  if (isMapping(value)) return Object.keys(value).join(' ');
  return String(value).split('\n')[0] ?? '';
}
