import { GateError } from '../../core/errors.ts';
import type { Finding, FindingKind } from '../../core/finding.ts';
import { deployFailed } from '../../platforms/findings.ts';
import { checksFailing, notStarted } from '../../platforms/fly/findings.ts';
import type { Change } from '../../platforms/platform.ts';
import type { Step } from './plan.ts';

/** What says that a version is unhealthy. The fixes of these kinds are for a release. */
const unhealthy: FindingKind[] = [deployFailed, notStarted, checksFailing];

/** How many other targets to name. */
const mostTargets = 3;

/** After a rollback to a version that is unhealthy too, names what the service could go back to instead. */
export async function adviseAnother(step: Step, change: Change, signal: AbortSignal): Promise<Change> {
  const isUnhealthy = ({ code }: Finding) => unhealthy.some(kind => kind.code === code);
  if (!change.findings.some(isUnhealthy)) return change;
  const others = await listOthers(step, change, signal);
  const choose = others.length > 0 ? `Run the rollback again with ${others.join(' or ')}.` : 'Wake whoever is on call.';
  const advice = `${choose} The previous version of ${step.name} is unhealthy too.`;
  const findings = change.findings.map(finding =>
    isUnhealthy(finding) ? { ...finding, help: [advice, ...findFix(finding)].join(' ') } : finding,
  );
  return { ...change, findings };
}

/** The fix of a known failure, which may be that of both versions. */
function findFix({ code, help }: Finding): string[] {
  return unhealthy.some(kind => kind.code === code && kind.help === help) ? [] : [help];
}

async function listOthers({ name, platform, target }: Step, { live }: Change, signal: AbortSignal): Promise<string[]> {
  try {
    const known = (await platform.candidates(live, signal)).filter(({ id }) => id !== target.id);
    return known.slice(0, mostTargets).map(({ id }) => `\`target: ${name}=${id}\``);
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return []; // the failure of the rollback is what matters
  }
}
