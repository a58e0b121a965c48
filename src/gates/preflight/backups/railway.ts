import type { RailwayBackup } from '../../../config/schema/preflight/backups.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { pluralize } from '../../../core/plural.ts';
import { listVolumeBackups } from '../../../platforms/railway/backups.ts';
import { findingsOfBackups, type Wanted } from './findings.ts';

const megabyte = 1024 * 1024;

export async function railwayBackups(backup: RailwayBackup, wanted: Wanted, context: GateContext): Promise<Outcome> {
  const list = await listVolumeBackups(backup.railway, context);
  const complete = list.map(({ createdAt, usedMB, referencedMB }) => {
    const size = referencedMB ?? usedMB;
    return { at: Date.parse(createdAt), bytes: size === null || size === undefined ? undefined : size * megabyte };
  });
  const findings = findingsOfBackups(complete, { ...wanted, largerThan: backup['larger-than'] });
  return concludeFrom(findings, pluralize(list.length, 'backup'));
}
