import { type Migration, namesOf } from '../migration.ts';
import type { Plan, Standing } from '../plan.ts';

/** What a push has done, however it ended. */
export interface Pushed extends Standing {
  /** The migrations that this push applied, in order. */
  applied: Migration[];
}

export function startPush({ head, pending }: Plan): Pushed {
  return { head, pending, applied: [] };
}

export function advance({ head, pending, applied }: Pushed, migration: Migration): Pushed {
  return {
    head: head === undefined || migration.name > head ? migration.name : head,
    pending: pending.filter(({ id }) => id !== migration.id),
    applied: [...applied, migration],
  };
}

export function describeApplied({ applied }: Pushed): string {
  return applied.length === 0 ? 'applied nothing' : `applied ${applied.length}: ${namesOf(applied)}`;
}
