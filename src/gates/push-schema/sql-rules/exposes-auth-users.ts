import type { Node } from 'libpg-query';
import { shown, type TableName, tableOf } from '../catalog/names.ts';
import { listRelations } from '../judge/walk.ts';
import { authUsersExposedFinding } from '../live-lints/auth-users-exposed.ts';
import type { About, Sighting, SqlRule } from './rule.ts';

/** The lint of the live database finds such a view only once it is made. */
export const exposesAuthUsers: SqlRule = {
  kind: authUsersExposedFinding,
  look: {
    ViewStmt: ({ view, query }, about) => report(tableOf(view), query, about),
    CreateTableAsStmt: ({ objtype, into, query }, about) =>
      objtype === 'OBJECT_MATVIEW' ? report(tableOf(into?.rel), query, about) : undefined,
  },
};

function report(named: TableName, query: Node | undefined, { known, settings }: About): Sighting | undefined {
  const view = known.toBeMade(named);
  if (!settings.rowLevelSecurity || view.schema !== 'public' || !listRelations(query).includes('auth.users')) {
    return undefined;
  }
  const key = `auth_users_exposed_public_${view.name}`;
  if (settings.allow?.includes(key)) return undefined;
  return {
    message: `The view ${shown(named)} exposes auth.users to the public API (${key}).`,
    unless: () => !known.openViews.has(view),
  };
}
