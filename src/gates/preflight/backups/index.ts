import type { Configuration } from '../../../config/load.ts';
import type { Check } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { railwayBackups } from './railway.ts';
import { renderBackups } from './render.ts';
import { supabaseBackups } from './supabase.ts';
import { upstashBackups } from './upstash.ts';

/** Whether each database could be brought back. */
export function backupChecks(config: Configuration, context: GateContext): Check[] {
  return Object.entries(config.preflight.backups).map(([name, backup]) => ({
    name: `backups.${name}`,
    boundary: 'data',
    run: signal => {
      const asked = { ...context, signal };
      const place = config.placeOfKey(['preflight', 'backups', name]);
      const wanted = { youngerThan: backup['younger-than'], now: context.clock.now(), place };
      if ('supabase' in backup)
        return supabaseBackups(backup, { ...wanted, what: `The database ${name} on Supabase` }, asked);
      if ('render' in backup)
        return renderBackups(backup, { ...wanted, what: `The database ${name} on Render` }, asked);
      if ('railway' in backup)
        return railwayBackups(backup, { ...wanted, what: `The volume ${name} on Railway` }, asked);
      return upstashBackups(backup, { ...wanted, what: `The database ${name} on Upstash` }, asked);
    },
  }));
}
