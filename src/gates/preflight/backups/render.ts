import type { RenderBackup } from '../../../config/schema/preflight/backups.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { formatDuration } from '../../../core/duration.ts';
import { type Finding, found } from '../../../core/finding.ts';
import { createRenderRecovery } from '../../../platforms/render/backups.ts';
import { findingsOfBackups, noBackup, oldBackup, type Wanted } from './findings.ts';

/**
 * Render recovers to any moment since `startsAt` up to now, and keeps exports that are complete once they have a URL.
 */
export async function renderBackups(backup: RenderBackup, wanted: Wanted, context: GateContext): Promise<Outcome> {
  const api = createRenderRecovery(context);
  const ofRecovery = async () => {
    const { recoveryStatus, startsAt } = await api.readRecovery(backup.render, context.signal);
    return {
      findings: recoveryFindings(recoveryStatus, startsAt, backup, wanted),
      detail: `recovery ${recoveryStatus}`,
    };
  };
  const ofExports = async () => {
    const list = await api.listExports(backup.render, context.signal);
    const complete = list.filter(({ url }) => url).map(({ createdAt }) => ({ at: Date.parse(createdAt) }));
    return {
      findings: findingsOfBackups(complete, wanted, 'has no complete export'),
      detail: `${complete.length} exports`,
    };
  };
  if (backup.kind === 'export') {
    const { findings, detail } = await ofExports();
    return concludeFrom(findings, detail);
  }
  const recovery = await ofRecovery();
  if (backup.kind === 'recovery' || recovery.findings.length === 0)
    return concludeFrom(recovery.findings, recovery.detail);
  const exports = await ofExports();
  if (exports.findings.length === 0) return concludeFrom([], exports.detail);
  return concludeFrom([...recovery.findings, ...exports.findings], `${recovery.detail}, ${exports.detail}`);
}

function recoveryFindings(
  status: string,
  startsAt: string | undefined,
  backup: RenderBackup,
  { what, now, place }: Wanted,
): Finding[] {
  if (status !== 'AVAILABLE')
    return [found(noBackup, { message: `${what}: Render says of its recovery ${status}.`, place })];
  const back = backup['recovers-back'];
  if (back === undefined) return [];
  const reaches = startsAt === undefined ? 0 : now - Date.parse(startsAt);
  if (reaches >= back) return [];
  const message = `${what} can be recovered ${formatDuration(reaches)} back, expected at least ${formatDuration(back)}.`;
  return [found(oldBackup, { message, place })];
}
