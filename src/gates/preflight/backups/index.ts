import type { Backup } from '../../../config/schema/preflight/backups.ts';
import type { Outcome } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { locateErrors } from '../locate-errors.ts';
import type { Section } from '../section.ts';
import type { Wanted } from './findings.ts';
import { checkRailwayBackups } from './railway.ts';
import { checkRenderBackups } from './render.ts';
import { checkSupabaseBackups } from './supabase.ts';
import { checkUpstashBackups } from './upstash.ts';

/** Whether each database could be restored. */
export const planBackupChecks: Section = ({ config }, context) =>
  Object.entries(config.preflight.backups ?? {}).map(([name, backup]) => {
    const findPlace = (...key: string[]) => config.placeOfKey(['preflight', 'backups', name, ...key]);
    const provider = providers.find(provider => provider in backup) ?? '';
    const source = { key: `preflight.backups.${name}.${provider}`, place: findPlace(provider) };
    return {
      name: `backups.${name}`,
      boundary: 'data',
      run: locateErrors(source, signal => {
        const wanted = { name, youngerThan: backup['younger-than'], now: context.clock.now(), findPlace };
        return checkBackup(backup, wanted, { ...context, signal });
      }),
    };
  });

const providers = ['supabase', 'render', 'railway', 'upstash'];

function checkBackup(backup: Backup, wanted: Wanted, context: GateContext): Promise<Outcome<never>> {
  if ('supabase' in backup) return checkSupabaseBackups(backup, wanted, context);
  if ('render' in backup) return checkRenderBackups(backup, wanted, context);
  if ('railway' in backup) return checkRailwayBackups(backup, wanted, context);
  return checkUpstashBackups(backup, wanted, context);
}
