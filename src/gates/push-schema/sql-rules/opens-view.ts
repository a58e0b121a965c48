import { shown, tableOf } from '../catalog/names.ts';
import { securityDefinerViewFinding } from '../live-lints/security-definer-view.ts';
import type { SqlRule } from './rule.ts';

/** The oldest server with security_invoker. */
const invokerVersion = 15;

/** The lint of the live database finds such a view only once it is made. */
export const opensView: SqlRule = {
  kind: securityDefinerViewFinding,
  look: {
    ViewStmt: ({ view: relation }, { known, settings, serverVersion = invokerVersion }) => {
      const view = known.toBeMade(tableOf(relation));
      const isExposed = settings.rowLevelSecurity && view.schema === 'public' && relation?.relpersistence !== 't';
      if (!isExposed || serverVersion < invokerVersion) return undefined;
      const key = `security_definer_view_public_${view.name}`;
      if (settings.allow?.includes(key)) return undefined;
      return {
        message: `The view ${shown(tableOf(relation))} bypasses the row-level security of its tables (${key}).`,
        unless: () => !known.openViews.has(view),
      };
    },
  },
};
