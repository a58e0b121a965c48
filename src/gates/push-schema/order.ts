import { GateError } from '../../core/errors.ts';
import { type FindingKind, found, type Place } from '../../core/finding.ts';

export const cycle: FindingKind = {
  code: 'schema/cycle',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Databases wait for each other, so none of them can be first. Nothing was changed.',
  cause: 'Two or more databases that name each other under `after`, directly or through others.',
  help: 'Remove one of the names from `after`.',
};

/**
 * The names of the databases, each after those in its `after`, and otherwise in the order of the configuration. Throws a
 * GateError for databases that wait for each other.
 */
export function orderDatabases(
  databases: Record<string, { after: string[] }>,
  placeOf: (database: string) => Place | undefined,
): string[] {
  const order = new Set<string>();
  const visit = (name: string, path: string[]) => {
    if (path.includes(name)) throw rejectCycle([...path.slice(path.indexOf(name)), name], placeOf(name));
    if (order.has(name)) return;
    for (const earlier of databases[name]?.after ?? []) visit(earlier, [...path, name]);
    order.add(name);
  };
  for (const name of Object.keys(databases)) visit(name, []);
  return [...order];
}

function rejectCycle(path: string[], place: Place | undefined): GateError {
  const message = `These databases wait for each other: ${path.join(' after ')}.`;
  return new GateError([found(cycle, { message, ...(place && { place }) })]);
}
