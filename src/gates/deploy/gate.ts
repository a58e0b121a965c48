import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import { type GateReport, verdictOf } from '../../core/report.ts';
import { worst } from '../../core/verdict.ts';
import { lookBefore, type Target } from './before.ts';
import { type Changed, changeService } from './change-service.ts';
import type { DeployOptions } from './options.ts';
import { inOrder } from './order.ts';
import { Recording } from './recording.ts';
import { recordAfter, recordBefore } from './release-record.ts';
import { timed } from './timed.ts';

export const halfReleased: FindingKind = {
  code: 'deploy/half-released',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Some services run the new release and some the old one, which may not fit together.',
  cause: 'The deploy of one service failed or was broken off after others had been changed.',
  remedy:
    'Roll back, which brings the changed services to what was live before; or mend the cause and run the gate again.',
};

/** Releases every service in the order that they need. Before anything changes, all that can be checked is checked. */
export async function deploy(options: DeployOptions, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  const { targets, checks } = await lookBefore(options, context);
  const recording = new Recording(options.releases, context);
  const before = await recordBefore(options, targets, recording);
  const report = async (headline: string, more: CheckResult[], changes: Map<string, Changed>): Promise<GateReport> => {
    const all = [...checks, ...more, ...(await recording.checks())];
    const record = recordAfter(before, targets, changes);
    const outputs = outputsOf(options, targets, changes, record);
    const finishedAt = context.clock.now();
    return { gate: 'deploy', verdict: verdictOf(all), headline, checks: all, outputs, record, startedAt, finishedAt };
  };
  if (verdictOf(checks) !== 'passed') return report('Nothing was changed.', [], new Map());

  const waiting = targets.filter(({ platform, before }) => !platform.carries(before, options.commit));
  if (waiting.length === 0) return report('Nothing was changed: this release is live already.', [], new Map());

  await recording.begin(before);
  const changes = await changeAll(waiting, options, context);
  const results = [...changes.values()].map(({ check }) => check);
  const summary = await summaryOf(targets, waiting, changes, context);
  if (summary.whole) await recording.succeeded(urlOf(options));
  else await recording.failed(summary.headline);
  return report(summary.headline, [...results, ...summary.checks], changes);
}

async function changeAll(
  waiting: Target[],
  options: DeployOptions,
  context: GateContext,
): Promise<Map<string, Changed>> {
  const changes = new Map<string, Changed>();
  await inOrder(options.needs, async name => {
    const target = waiting.find(candidate => candidate.name === name);
    if (target === undefined) {
      context.log.info(`${name}: this release is live already.`);
      return true;
    }
    const { platform, before } = target;
    const carryOut = platform.deploy.bind(platform, options.commit);
    const changed = await changeService({ name, platform, before, carryOut }, context);
    changes.set(name, changed);
    return changed.check.verdict === 'passed';
  });
  return changes;
}

/** What came of it as a whole, and a check of its own when services were left apart. */
async function summaryOf(
  targets: Target[],
  waiting: Target[],
  changes: Map<string, Changed>,
  context: GateContext,
): Promise<{ whole: boolean; headline: string; checks: CheckResult[] }> {
  const which = (holds: (name: string) => boolean) => waiting.map(({ name }) => name).filter(holds);
  const well = which(name => changes.get(name)?.check.verdict === 'passed');
  const badly = which(name => changes.has(name) && !well.includes(name));
  const changed = which(name => changes.get(name)?.changed ?? false);
  const untouched = which(name => !changes.has(name));
  const before = targets.filter(target => !waiting.includes(target)).map(({ name }) => name);
  if (well.length === waiting.length) {
    const already = before.length > 0 ? ` Live already: ${listed(before)}.` : '';
    return { whole: true, headline: `Deployed ${listed(well)}.${already}`, checks: [] };
  }
  const parts = [
    `Not deployed: ${listed(badly)}`,
    `changed: ${listed(changed)}`,
    ...(untouched.length > 0 ? [`not touched: ${listed(untouched)}`] : []),
    ...(before.length > 0 ? [`live already: ${listed(before)}`] : []),
  ];
  const headline = `${parts.join('; ')}.`;
  const apart = changed.length > 0 || (before.length > 0 && targets.length > before.length);
  if (!apart || targets.length === 1) return { whole: false, headline, checks: [] };
  const verdict = worst(['error', ...[...changes.values()].map(({ check }) => check.verdict)]);
  const findings = [found(halfReleased, { seen: `The release is only half live. ${headline}` })];
  return { whole: false, headline, checks: [await timed('release', context, async () => ({ verdict, findings }))] };
}

function outputsOf(
  options: DeployOptions,
  targets: Target[],
  changes: Map<string, Changed>,
  { services }: ReleaseRecord,
): Record<string, string> {
  const changed = targets.map(({ name }) => name).filter(name => changes.get(name)?.changed);
  const perService = targets.map(({ name, service }) => {
    const { before, after } = services[name] ?? {};
    return [name, { before: before ?? null, after: after ?? null, url: service.url }];
  });
  return {
    changed: JSON.stringify(changed),
    services: JSON.stringify(Object.fromEntries(perService)),
    url: urlOf(options),
  };
}

/** Where users meet the release: the service that comes last. */
function urlOf({ services }: DeployOptions): string {
  return services.at(-1)?.service.url ?? '';
}

function listed(names: string[]): string {
  return names.length > 0 ? names.join(', ') : 'none';
}
