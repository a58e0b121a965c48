import type { RailwayBackup } from '../../../config/schema/preflight/backups.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { pluralize } from '../../../core/plural.ts';
import { listVolumeBackups } from '../../../platforms/railway/backups.ts';
import { judgeBackups, type Wanted } from './findings.ts';

const megabyte = 1024 * 1024;

export async function checkRailwayBackups(
  backup: RailwayBackup,
  wanted: Wanted,
  context: GateContext,
): Promise<Outcome<never>> {
  const list = await listVolumeBackups(backup.railway, context);
  const complete = list.map(({ createdAt, usedMB, referencedMB }) => {
    const size = referencedMB ?? usedMB;
    return { at: Date.parse(createdAt), bytes: size === null || size === undefined ? undefined : size * megabyte };
  });
  const findings = judgeBackups(complete, {
    ...wanted,
    what: `The volume ${wanted.name} on Railway`,
    largerThan: backup['larger-than'],
  });
  return concludeFrom(findings, pluralize(list.length, 'backup'));
}
