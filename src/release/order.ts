import { GateError } from '../core/errors.ts';
import { type FindingKind, found, type Place } from '../core/finding.ts';

export const cycle: FindingKind = {
  code: 'deploy/cycle',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Services wait for each other, so none of them can go first. Nothing was changed.',
  cause: 'Two or more services name each other under `after`, directly or through others.',
  help: 'Remove one of the names from `after`.',
};

/** By service, which of the others must be released before it. */
export type Needs = Map<string, string[]>;

/**
 * Which services each chosen one waits for. If one of those is not chosen, the services that it waits for take its
 * place. Throws a GateError for services that wait for each other.
 */
export function collectNeeds(
  services: Record<string, { after: string[] }>,
  chosen: string[],
  findPlace: (service: string) => Place | undefined,
): Needs {
  const before = (name: string, path: string[]): string[] => {
    if (path.includes(name)) throw describeCycle([...path.slice(path.indexOf(name)), name], findPlace(name));
    return (services[name]?.after ?? []).flatMap(earlier => {
      const beyond = before(earlier, [...path, name]);
      return chosen.includes(earlier) ? [earlier] : beyond;
    });
  };
  for (const name of Object.keys(services)) before(name, []);
  return new Map(chosen.map(name => [name, [...new Set(before(name, []))]]));
}

/** The order for going back: the last service goes first. */
export function reverseNeeds(needs: Needs): Needs {
  const names = [...needs.keys()];
  return new Map(names.map(name => [name, names.filter(later => needs.get(later)?.includes(name))]));
}

/** The names in an order in which each comes after those it needs. */
export function sortNames(needs: Needs): string[] {
  const done = new Set<string>();
  const visit = (name: string) => {
    if (done.has(name)) return;
    for (const earlier of needs.get(name) ?? []) visit(earlier);
    done.add(name);
  };
  for (const name of needs.keys()) visit(name);
  return [...done];
}

/** What came of the work for one name. */
export interface Worked<Value> {
  succeeded: boolean;
  value?: Value;
}

/**
 * Does the work of each name once the work of all its needs has succeeded, independent ones at the same time. After a
 * failure it starts nothing new and waits for what still runs. Returns the values, in the order in which they came.
 */
export async function runInOrder<Value>(
  needs: Needs,
  work: (name: string) => Promise<Worked<Value>>,
): Promise<Map<string, Value>> {
  const values = new Map<string, Value>();
  const begun = new Map<string, Promise<boolean>>();
  let halted = false;
  const begin = (name: string): Promise<boolean> => {
    const running = begun.get(name) ?? workAfter(name);
    begun.set(name, running);
    return running;
  };
  const workAfter = async (name: string): Promise<boolean> => {
    const ready = (await Promise.all((needs.get(name) ?? []).map(begin))).every(Boolean);
    if (!ready || halted) return false;
    const { succeeded, value } = await work(name);
    if (value !== undefined) values.set(name, value);
    halted ||= !succeeded;
    return succeeded;
  };
  await Promise.all([...needs.keys()].map(begin));
  return values;
}

function describeCycle(path: string[], place: Place | undefined): GateError {
  const message = `These services wait for each other: ${path.join(' after ')}.`;
  return new GateError([found(cycle, { message, ...(place && { place }) })]);
}
