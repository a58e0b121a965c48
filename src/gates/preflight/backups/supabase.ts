import type { SupabaseBackup } from '../../../config/schema/preflight/backups.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { pluralize } from '../../../core/plural.ts';
import { createSupabaseManagement } from '../../../vendors/supabase/management.ts';
import { judgeBackups, type Wanted } from './findings.ts';

/** With point-in-time recovery Supabase lists no daily backups, and reports the newest state in another field. */
export async function checkSupabaseBackups(
  backup: SupabaseBackup,
  wanted: Wanted,
  context: GateContext,
): Promise<Outcome<never>> {
  const answer = await createSupabaseManagement(context).backups(backup.supabase, context.signal);
  const latest = answer.physical_backup_data.latest_physical_backup_date_unix;
  const daily = answer.backups
    .filter(({ status }) => status === 'COMPLETED')
    .map(({ inserted_at }) => ({ at: Date.parse(inserted_at) }));
  const continuous = answer.pitr_enabled && latest !== undefined ? [{ at: latest * 1000 }] : [];
  const complete = { daily, 'point-in-time': continuous, any: [...daily, ...continuous] }[backup.kind];
  const lacksRecovery = backup.kind === 'point-in-time' && !answer.pitr_enabled;
  const findings = judgeBackups(complete, {
    ...wanted,
    what: `The database ${wanted.name} on Supabase`,
    ...(lacksRecovery && { none: 'has no point-in-time recovery' }),
  });
  const detail = answer.pitr_enabled ? 'point-in-time recovery' : pluralize(daily.length, 'complete daily backup');
  return concludeFrom(findings, detail);
}
