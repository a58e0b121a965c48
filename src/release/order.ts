import { GateError } from '../core/errors.ts';
import { type FindingKind, found, type Place } from '../core/finding.ts';

export const cycle: FindingKind = {
  code: 'deploy/cycle',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Services wait for each other, so none of them could be the first. Nothing was changed.',
  cause: 'Two or more services that name each other under `after`, directly or through others.',
  help: 'Take one of the names out of `after`.',
};

/** By service, which of the others must be released before it. */
export type Needs = Map<string, string[]>;

/**
 * What each of the chosen services has to wait for; a service that is not chosen hands on what it would wait for
 * itself. Throws a GateError for services that wait for each other.
 */
export function collectNeeds(
  services: Record<string, { after: string[] }>,
  chosen: string[],
  placeOf: (service: string) => Place | undefined,
): Needs {
  const before = (name: string, path: string[]): string[] => {
    if (path.includes(name)) throw cycleOf([...path.slice(path.indexOf(name)), name], placeOf(name));
    return (services[name]?.after ?? []).flatMap(earlier => {
      const beyond = before(earlier, [...path, name]);
      return chosen.includes(earlier) ? [earlier] : beyond;
    });
  };
  for (const name of Object.keys(services)) before(name, []);
  return new Map(chosen.map(name => [name, [...new Set(before(name, []))]]));
}

/** The needs of going back: what came last goes first. */
export function reverseNeeds(needs: Needs): Needs {
  const names = [...needs.keys()];
  return new Map(names.map(name => [name, names.filter(later => needs.get(later)?.includes(name))]));
}

/** The names so that each comes after what it needs. */
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

/**
 * Does the work of each name once that of all it needs has ended well, independent ones together. After one that has
 * not, nothing new is begun; what runs is waited for.
 */
export async function runInOrder(needs: Needs, work: (name: string) => Promise<boolean>): Promise<void> {
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
    const well = await work(name);
    halted ||= !well;
    return well;
  };
  await Promise.all([...needs.keys()].map(begin));
}

function cycleOf(path: string[], place: Place | undefined): GateError {
  const message = `These services wait for each other: ${path.join(' after ')}.`;
  return new GateError([found(cycle, { message, ...(place && { place }) })]);
}
