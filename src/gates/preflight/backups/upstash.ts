import type { UpstashBackup } from '../../../config/schema/preflight/backups.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { createUpstash } from '../../../vendors/upstash/api.ts';
import { judgeBackups, type Wanted } from './findings.ts';

export async function checkUpstashBackups(
  backup: UpstashBackup,
  wanted: Wanted,
  context: GateContext,
): Promise<Outcome<never>> {
  const list = await createUpstash(context).backups(backup.upstash, context.signal);
  const complete = list
    .filter(({ state }) => state === 'completed')
    .map(({ creation_time, backup_size }) => ({ at: creation_time * 1000, bytes: backup_size }));
  const findings = judgeBackups(complete, {
    ...wanted,
    what: `The database ${wanted.name} on Upstash`,
    largerThan: backup['larger-than'],
  });
  return concludeFrom(findings, `${complete.length} complete of ${list.length}`);
}
