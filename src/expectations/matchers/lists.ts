import type { Matcher } from './matcher.ts';

/** Whether an item has all that is wanted of it. */
export type HasAll = (item: unknown, wanted: unknown) => boolean;

export const containsAll = (hasAll: HasAll): Matcher<unknown[]> => ({
  expected: (wanted, show) => `a text or list that contains ${wanted.map(show).join(' and ')}`,
  holds: (actual, wanted) => {
    if (Array.isArray(actual)) return wanted.every(each => actual.some(item => hasAll(item, each)));
    return typeof actual === 'string' && wanted.every(each => actual.includes(String(each)));
  },
});

export const inAnyOrder = (hasAll: HasAll): Matcher<unknown[]> => ({
  expected: (wanted, show) => `a list with ${wanted.map(show).join(' and ')} in any order, and nothing else`,
  holds: (actual, wanted) =>
    Array.isArray(actual) && actual.length === wanted.length && canAssign(actual, wanted, hasAll),
});

export const each = (hasAll: HasAll): Matcher<unknown> => ({
  expected: (wanted, show) => `a list of items that each are ${show(wanted)}`,
  holds: (actual, wanted) => Array.isArray(actual) && actual.length > 0 && actual.every(item => hasAll(item, wanted)),
});

export interface Bounds {
  'at-least'?: number | undefined;
  'at-most'?: number | undefined;
}

/** Of a list its items, of a text its characters. */
export const length: Matcher<number | Bounds> = {
  expected: wanted => {
    if (typeof wanted === 'number') return `a list or text of length ${wanted}`;
    const bounds = Object.entries(wanted).map(([bound, number]) => `${bound.replace('-', ' ')} ${number}`);
    return `a list or text of length ${bounds.join(' and ')}`;
  },
  holds: (actual, wanted) => {
    if (!Array.isArray(actual) && typeof actual !== 'string') return false;
    const count = [...actual].length;
    if (typeof wanted === 'number') return count === wanted;
    const { 'at-least': least = 0, 'at-most': most = Number.POSITIVE_INFINITY } = wanted;
    return count >= least && count <= most;
  },
};

/** Whether each wanted item can have an item of its own. Items match partially, so one may be needed elsewhere. */
function canAssign(items: unknown[], wanted: unknown[], hasAll: HasAll): boolean {
  const owners = new Map<number, number>(); // by item, the wanted item that has it
  const assign = (index: number, tried: Set<number>): boolean => {
    for (const [at, item] of items.entries()) {
      if (tried.has(at) || !hasAll(item, wanted[index])) continue;
      tried.add(at);
      const owner = owners.get(at);
      if (owner !== undefined && !assign(owner, tried)) continue;
      owners.set(at, index);
      return true;
    }
    return false;
  };
  return wanted.every((_, index) => assign(index, new Set()));
}
