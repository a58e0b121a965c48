import type { RenderBackup } from '../../../config/schema/preflight/backups.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { formatDuration } from '../../../core/duration.ts';
import { type Finding, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import { createRenderRecovery, type RenderRecovery } from '../../../platforms/render/backups.ts';
import { type Judged, judgeBackups, leaveAgeUndecided, noBackup, oldBackup, type Wanted } from './findings.ts';

type Recovery = Awaited<ReturnType<RenderRecovery['readRecovery']>>;
type Exports = Awaited<ReturnType<RenderRecovery['listExports']>>;

/** One answer of Render, judged. */
interface Part {
  findings: Finding[];
  detail: string;
}

export async function checkRenderBackups(
  backup: RenderBackup,
  wanted: Wanted,
  context: GateContext,
): Promise<Outcome<never>> {
  const api = createRenderRecovery(context);
  const judged = { ...wanted, what: `The database ${wanted.name} on Render` };
  const recovery = async () => judgeRecovery(await api.readRecovery(backup.render, context.signal), backup, judged);
  const exports = async () => judgeExports(await api.listExports(backup.render, context.signal), judged);
  if (backup.kind === 'export') return conclude(await exports());
  const first = await recovery();
  if (backup.kind === 'recovery' || first.findings.length === 0) return conclude(first);
  const second = await exports();
  if (second.findings.length === 0) return conclude(second);
  return conclude({
    findings: [...first.findings, ...second.findings],
    detail: `${first.detail}, ${second.detail}`,
  });
}

function conclude({ findings, detail }: Part): Outcome<never> {
  return concludeFrom(findings, detail);
}

/** An export is complete once it has a URL. */
function judgeExports(list: Exports, judged: Judged): Part {
  const complete = list.filter(({ url }) => url).map(({ createdAt }) => ({ at: Date.parse(createdAt) }));
  const findings = judgeBackups(complete, { ...judged, none: 'has no complete export' });
  return { findings, detail: pluralize(complete.length, 'export') };
}

/** Render can recover the database to any moment from `startsAt` to now. */
function judgeRecovery({ recoveryStatus, startsAt }: Recovery, backup: RenderBackup, judged: Judged): Part {
  const { what, now, findPlace } = judged;
  const detail = `recovery ${recoveryStatus}`;
  if (recoveryStatus !== 'AVAILABLE') {
    const message = `${what}: Render reports the recovery status ${recoveryStatus}.`;
    return { findings: [found(noBackup, { message, place: findPlace('kind') })], detail };
  }
  const back = backup['recovers-back'];
  const reaches = startsAt === undefined ? 0 : now - Date.parse(startsAt);
  if (Number.isNaN(reaches)) throw leaveAgeUndecided(judged);
  if (back === undefined || reaches >= back) return { findings: [], detail };
  const message = `${what} can be recovered to ${formatDuration(reaches)} ago, expected at least ${formatDuration(back)}.`;
  return { findings: [found(oldBackup, { message, place: findPlace('recovers-back') })], detail };
}
