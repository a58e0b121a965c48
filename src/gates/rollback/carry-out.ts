import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import type { Finding } from '../../core/finding.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import { combineVerdicts } from '../../core/report.ts';
import { reportOutcome } from '../../core/run-to-end.ts';
import { describeLive } from '../../platforms/live-in-words.ts';
import { type Changed, changeService } from '../../release/change-service.ts';
import { reverseNeeds, runInOrder } from '../../release/order.ts';
import type { RollbackOptions } from './options.ts';
import type { Plan, Step } from './plan.ts';
import { inWords, type Result } from './result.ts';
import { probesUnusable, type Verification, verificationOf, verify } from './verify.ts';

/** What came of the steps of a plan, by service. */
export interface CarriedOut {
  changes: Map<string, Changed>;
  verified: Map<string, CheckResult[]>;
}

/** Goes back, and asks the probes of what went back. What is to be asked is made before anything is changed. */
export async function carryOut(steps: Step[], options: RollbackOptions, context: GateContext): Promise<CarriedOut> {
  const verifications = await verificationsOf(steps, options, context);
  const changes = await goBack(steps, options, context);
  return { changes, verified: await verifyAll(changes, verifications, context) };
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
  const reason = context.redactor.redact(options.reason); // some platforms keep it
  await runInOrder(reverseNeeds(options.needs), async name => {
    const step = steps.find(candidate => candidate.name === name);
    if (step === undefined) return true;
    const { platform, before, target } = step;
    const changed = await changeService(
      {
        name,
        platform,
        before,
        carryOut: (signal, progress) => platform.rollback(target, reason, signal, progress),
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
      const said = verification.findings.length > 0 ? [saidOf(name, verification.findings, context)] : [];
      return [name, [...said, ...(await verify(verification, context))]];
    });
  return new Map(await Promise.all(asked));
}

/** What was not asked does not speak against the service, and leaves it unverified where nothing could be. */
function saidOf(name: string, findings: Finding[], context: GateContext): CheckResult {
  const verdict = findings.some(({ code }) => code === probesUnusable.code) ? 'inconclusive' : 'passed';
  return reportOutcome(`${name} after`, { verdict, findings }, context);
}

export function resultsOf({ standings }: Plan, { changes, verified }: CarriedOut): Map<string, Result> {
  const resultOf = (name: string): Result => {
    const standing = standings.get(name);
    if (standing === 'no-target' || standing === 'not-needed') return standing;
    const { check, changed, refused } = changes.get(name) ?? {};
    if (check?.verdict !== 'passed') return refused && !changed ? 'refused' : 'failed';
    return combineVerdicts(verified.get(name) ?? []) === 'passed' ? 'verified' : 'unverified';
  };
  return new Map([...standings.keys()].map(name => [name, resultOf(name)]));
}

/** The record with what is live now, as far as it is known. */
export function recordAfter(record: ReleaseRecord, { live }: Plan, { changes }: CarriedOut): ReleaseRecord {
  const services = Object.entries(record.services).map(([name, noted]) => {
    const change = changes.get(name);
    if (change === undefined && !live.has(name)) return [name, noted];
    const { after: _after, by: _by, ...before } = noted;
    const deployment = (change ? change.live : live.get(name))?.deployment;
    return [name, { ...before, ...(deployment && { after: deployment }) }];
  });
  return { ...record, services: Object.fromEntries(services) };
}

/** How it went with each service, and for those that are not where they should be, what serves. */
export function resultsInWords(results: Map<string, Result>, plan: Plan, { changes }: CarriedOut): string {
  const parts = [...results].map(([name, result]) => {
    if (result !== 'failed' && result !== 'refused') return `${name}: ${inWords[result]}`;
    const change = changes.get(name);
    const live = change ? change.live : plan.live.get(name);
    const how = change === undefined ? 'not begun' : inWords[result];
    return `${name}: ${how} (${live ? describeLive(live) : 'what is live is not known'})`;
  });
  return `${parts.join('; ')}.`;
}
