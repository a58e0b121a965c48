import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { type Finding, found } from '../../core/finding.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import { type GateReport, verdictOf } from '../../core/report.ts';
import { inWords as deploymentInWords } from '../deploy/before.ts';
import { type Changed, changeService } from '../deploy/change-service.ts';
import { inOrder, reversed } from '../deploy/order.ts';
import { findingOf } from '../deploy/recording.ts';
import { timed } from '../deploy/timed.ts';
import type { RollbackOptions } from './options.ts';
import { type Plan, planRollback, type Step } from './plan.ts';
import { noRelease, releaseToUndo, type Undoing } from './release.ts';
import { inWords, type Result, worstResult } from './result.ts';
import { probesUnusable, type Verification, verificationOf, verify } from './verify.ts';

/** Goes back to what was live before a release, in the reverse of its order, and verifies that it is so. */
export async function rollback(options: RollbackOptions, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  const report = (result: Result | 'dry-run', headline: string, checks: CheckResult[], record = options.empty) => ({
    gate: 'rollback',
    verdict: verdictOf(checks),
    headline,
    checks,
    outputs: { result },
    record,
    startedAt,
    finishedAt: context.clock.now(),
  });

  const undoing = await releaseToUndo(options);
  if (undoing === undefined) {
    const findings = [found(noRelease, { seen: `No release to ${options.environment || 'production'} has a record.` })];
    const check = await timed('release', context, async () => ({ verdict: 'error', findings }));
    return report('no-target', 'Nothing was changed: there is nothing known to go back to.', [check]);
  }
  const { record } = undoing;
  const plan = await planRollback(options, undoing, context);
  const { steps, standings, checks } = plan;
  if ([...standings.values()].some(standing => standing === 'refused' || standing === 'error')) {
    const refused = [...standings.values()].includes('refused');
    return report(refused ? 'refused' : 'failed', `Nothing was changed. ${standingsInWords(plan)}`, checks, record);
  }
  if (steps.length === 0) {
    const result = worstResult([...standings.values()].filter(standing => standing === 'no-target'));
    return report(result, `Nothing was changed. ${standingsInWords(plan)}`, checks, record);
  }
  if (options.dryRun) {
    return report('dry-run', `Dry run, nothing was changed. ${standingsInWords(plan)}`, checks, record);
  }

  const verifications = await verificationsOf(steps, options, context);
  const changes = await goBack(steps, options, context);
  const verified = await verifyAll(changes, verifications, context);
  const results = resultsOf(plan, changes, verified);
  const result = worstResult(results.values());
  const headline = `${[...results].map(([name, how]) => `${name}: ${inWords[how]}`).join('; ')}.`;
  const noted = await noteOnGitHub(
    undoing,
    `${result === 'verified' ? 'rolled back' : `rollback ${result}`}: ${options.reason || headline}`,
    context,
    options.releases,
  );
  const all = [...checks, ...[...changes.values()].map(({ check }) => check), ...verified.values(), ...noted].flat();
  return report(result, headline, all, recordAfter(record, changes));
}

async function verificationsOf(
  steps: Step[],
  options: RollbackOptions,
  context: GateContext,
): Promise<Map<string, Verification>> {
  const made = steps.map(
    async ({ name, target }): Promise<[string, Verification]> => [
      name,
      await verificationOf(name, target.commit, options, context),
    ],
  );
  return new Map(await Promise.all(made));
}

/** What was released last goes back first. A service that does not get there ends it; another run goes on. */
async function goBack(steps: Step[], options: RollbackOptions, context: GateContext): Promise<Map<string, Changed>> {
  const changes = new Map<string, Changed>();
  await inOrder(reversed(options.needs), async name => {
    const step = steps.find(candidate => candidate.name === name);
    if (step === undefined) return true;
    const { platform, before, target } = step;
    const changed = await changeService(
      {
        name,
        platform,
        before,
        carryOut: (signal, progress) => platform.rollback(target, options.reason, signal, progress),
      },
      context,
    );
    changes.set(name, changed);
    return changed.check.verdict === 'passed';
  });
  return changes;
}

async function verifyAll(
  changes: Map<string, Changed>,
  verifications: Map<string, Verification>,
  context: GateContext,
): Promise<Map<string, CheckResult[]>> {
  const asked = [...changes]
    .filter(([, { check }]) => check.verdict === 'passed')
    .map(async ([name]): Promise<[string, CheckResult[]]> => {
      const verification = verifications.get(name) ?? { targets: [], findings: [] };
      const said = verification.findings.length > 0 ? [await saidOf(name, verification.findings, context)] : [];
      return [name, [...said, ...(await verify(verification, context))]];
    });
  return new Map(await Promise.all(asked));
}

/** What was not asked does not speak against the service, and leaves it unverified where nothing could be. */
function saidOf(name: string, findings: Finding[], context: GateContext): Promise<CheckResult> {
  const verdict = findings.some(({ code }) => code === probesUnusable.code) ? 'inconclusive' : 'passed';
  return timed(`${name} after`, context, async () => ({ verdict, findings }));
}

function resultsOf(
  { standings }: Plan,
  changes: Map<string, Changed>,
  verified: Map<string, CheckResult[]>,
): Map<string, Result> {
  const resultOf = (name: string): Result => {
    const standing = standings.get(name);
    if (standing === 'no-target' || standing === 'not-needed') return standing;
    const { check, changed, refused } = changes.get(name) ?? {};
    if (check?.verdict !== 'passed') return refused && !changed ? 'refused' : 'failed';
    return verdictOf(verified.get(name) ?? []) === 'passed' ? 'verified' : 'unverified';
  };
  return new Map([...standings.keys()].map(name => [name, resultOf(name)]));
}

/** The GitHub deployment of the release that was undone tells so. */
async function noteOnGitHub(
  { release }: Undoing,
  description: string,
  context: GateContext,
  releases: RollbackOptions['releases'],
): Promise<CheckResult[]> {
  try {
    const undone = await release();
    if (undone) await releases.undone(undone, context.redactor.redact(description));
    return [];
  } catch (error) {
    const findings = [findingOf(error)];
    return [await timed('GitHub deployment', context, async () => ({ verdict: 'passed', findings }))];
  }
}

function recordAfter(record: ReleaseRecord, changes: Map<string, Changed>): ReleaseRecord {
  const services = Object.entries(record.services).map(([name, noted]) => {
    const change = changes.get(name);
    if (change === undefined) return [name, noted];
    const { after: _after, ...before } = noted;
    const deployment = change.live?.deployment;
    return [name, { ...before, ...(deployment && { after: deployment }) }];
  });
  return { ...record, services: Object.fromEntries(services) };
}

function standingsInWords({ steps, standings }: Plan): string {
  const parts = [...standings].map(([name, standing]) => {
    const step = steps.find(candidate => candidate.name === name);
    if (step) return `${name} would go back to ${deploymentInWords(step.target)}`;
    if (standing === 'not-needed') return `${name} is there already`;
    if (standing === 'no-target') return `for ${name} nothing is known to go back to`;
    return standing === 'refused' ? `${name} cannot go back` : `${name} could not be asked`;
  });
  return parts.length > 0 ? `${parts.join('; ')}.` : 'The release has changed no service.';
}
