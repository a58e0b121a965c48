import { useStagedAddresses } from '../../config/staged.ts';
import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import type { Deployment } from '../../core/record.ts';
import type { Staging } from '../../platforms/platform.ts';
import { attemptChange, type ChangeOutcome } from '../../release/change-service.ts';
import type { DeployOptions } from './options.ts';
import { probeService } from './probe-service.ts';
import type { Target } from './target.ts';

export const notPromoted: FindingKind = {
  code: 'deploy/not-promoted',
  severity: 'error',
  boundary: 'delivery',
  meaning:
    'The new version was built, but its probes failed, so it was not promoted. The previous version still serves.',
  cause: 'A probe failed at the address of the staged deployment; the finding before this one says which.',
  help: 'Fix what the probe reports and release again. If the deployment is protected, add its bypass header to the probe.',
};

export const stagedUndecided: FindingKind = {
  code: 'deploy/staged-undecided',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The probes could not decide whether the staged version is good, so it was not promoted.',
  cause: 'A probe needs something that only the production address has.',
  help: 'Fix the probe, or release the service without `strategy: stage-then-promote`.',
};

export const liveBeforePromotion: FindingKind = {
  code: 'deploy/live-before-promotion',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'Users met the new version before its probes and smoke test, although it should be staged first.',
  cause: 'The platform deploys every push by itself, so the same commit went live beside the staged deployment.',
  help: 'Turn automatic deploys off: on Vercel, set `git.deploymentEnabled` to false in vercel.json.',
};

export type StageOptions = Pick<DeployOptions, 'commit' | 'phase' | 'record' | 'configuration' | 'again'>;

interface StagedTarget extends Target {
  staging: Staging;
}

/** Takes a service through the phase. The outcome names what is built and not promoted, even after a failure. */
export async function stageAndPromote(
  target: StagedTarget,
  options: StageOptions,
  context: GateContext,
): Promise<ChangeOutcome> {
  const { phase, record, commit } = options;
  const earlier = phase === 'promote' ? record.services[target.name]?.staged : undefined;
  if (earlier) return promote(earlier, target, context);
  const { staging } = target;
  const built = await attemptChange(
    {
      ...target,
      carryOut: (signal, progress) => staging.stage(commit, signal, progress, options.again.includes(target.name)),
    },
    context,
  );
  const { staged, by } = built.value;
  if (staged === undefined) return built;
  const isAgain = options.again.includes(target.name); // then users meet the commit already
  if (phase === 'stage' && !isAgain && built.value.live && target.platform.carries(built.value.live, commit)) {
    const message = `Users of ${target.name} met ${commit.slice(0, 7)} while the gate staged it.`;
    const findings = [...built.findings, found(liveBeforePromotion, { message, place: target.place })];
    return { ...built, findings, value: { ...built.value, staged: undefined } };
  }
  const findings = [...built.findings, ...(await findObjections(target.name, staged, options, context))];
  const isBad = findings.some(({ severity }) => severity === 'error');
  if (isBad || phase === 'stage') return { ...built, verdict: isBad ? 'failed' : 'passed', findings };
  const promoted = await promote(staged, target, context);
  return {
    ...promoted,
    findings: [...findings, ...promoted.findings],
    value: { ...promoted.value, by: by ?? promoted.value.by },
  };
}

async function promote(staged: Deployment, target: StagedTarget, context: GateContext): Promise<ChangeOutcome> {
  const { staging } = target;
  const outcome = await attemptChange(
    { ...target, carryOut: (signal, progress) => staging.promote(staged, signal, progress) },
    context,
  );
  const isPromoted = outcome.value.live?.deployment?.id === staged.id;
  return { ...outcome, value: { ...outcome.value, staged: isPromoted ? undefined : staged } };
}

/** What the probes say against a deployment that no user has met yet. */
async function findObjections(
  name: string,
  staged: Deployment,
  { configuration }: StageOptions,
  context: GateContext,
): Promise<Finding[]> {
  const atItsAddress = useStagedAddresses(configuration, { [name]: { platform: '', staged } });
  const objections = collectFindings(await probeService(name, atItsAddress, context), staged);
  if (!objections.some(({ severity }) => severity === 'error')) return objections;
  const message = `${staged.id} was not promoted. It stays at ${staged.url}, where no user meets it.`;
  return [...objections, found(notPromoted, { message })];
}

/** The findings of the probes; one that could not decide prevents the promotion too. */
function collectFindings(checks: CheckResult[], { url = '' }: Deployment): Finding[] {
  const undecided = checks.filter(({ verdict, findings }) => verdict !== 'passed' && findings.length === 0);
  return [
    ...checks.flatMap(({ findings }) => findings),
    ...undecided.map(({ name, verdict }) => found(stagedUndecided, { message: `${name} is ${verdict} at ${url}.` })),
  ];
}
