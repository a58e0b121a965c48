import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import type { Deployment } from '../../core/record.ts';
import type { Change, Progress, Staging } from '../../platforms/platform.ts';
import type { DeployOptions } from './options.ts';
import { probeService } from './probing.ts';

export const notPromoted: FindingKind = {
  code: 'deploy/not-promoted',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The new version is built and was judged bad before any user met it; what was live before still serves.',
  cause: 'A probe that was not good at the address of the staged deployment; the finding before this one says which.',
  help: 'Mend what the probe says, and release again. A deployment that is protected needs its bypass header in the probe.',
};

export const stagedUndecided: FindingKind = {
  code: 'deploy/staged-undecided',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Whether the staged version is well could not be decided, so it was not promoted.',
  cause: 'A probe that needs something that only the production address has.',
  help: 'Mend the probe, or release the service without `strategy: stage-then-promote`.',
};

interface Run {
  name: string;
  options: DeployOptions;
  context: GateContext;
  signal: AbortSignal;
  progress: Progress;
}

/** Carries a service through the phase. `keep` hears of what is staged and not promoted, as soon as it is known. */
export async function stageAndPromote(
  staging: Staging,
  run: Run,
  keep: (staged: Deployment | undefined) => void,
): Promise<Change> {
  const { name, options, signal, progress } = run;
  const { phase, record, commit } = options;
  let staged = phase === 'promote' ? record.services[name]?.staged : undefined;
  let findings: Finding[] = [];
  let by: Pick<Change, 'by'> = {};
  if (staged === undefined) {
    const built = await staging.stage(commit, signal, progress);
    if (built.staged === undefined) return built;
    staged = built.staged;
    by = built.by === undefined ? {} : { by: built.by };
    keep(staged);
    findings = [...built.findings, ...(await objectionsTo(staged, run))];
    const bad = findings.some(({ severity }) => severity === 'error');
    if (bad || phase === 'stage') return { ...built, verdict: bad ? 'failed' : 'passed', findings };
  }
  keep(staged);
  const promoted = await staging.promote(staged, signal, progress);
  if (promoted.live.deployment?.id === staged.id) keep(undefined);
  return { ...promoted, ...by, findings: [...findings, ...promoted.findings] };
}

/** What speaks against a deployment that no user has met yet. */
async function objectionsTo(staged: Deployment, { name, options, context }: Run): Promise<Finding[]> {
  const against = findingsAt(staged, await probeService(name, options, context, staged));
  if (!against.some(({ severity }) => severity === 'error')) return against;
  const message = `${staged.id} was not promoted: it is at ${staged.url}, and no user has met it.`;
  return [...against, found(notPromoted, { message })];
}

/** What keeps a staged version from its users; checks that could not decide do so too. */
function findingsAt({ url = '' }: Deployment, checks: CheckResult[]): Finding[] {
  const undecided = checks.filter(({ verdict, findings }) => verdict !== 'passed' && findings.length === 0);
  return [
    ...checks.flatMap(({ findings }) => findings),
    ...undecided.map(({ name, verdict }) => found(stagedUndecided, { message: `${name} is ${verdict} at ${url}.` })),
  ];
}
