import type { Check, CheckResult, Outcome } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { explainError, GateError } from '../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { runToEnd } from '../../core/run-to-end.ts';
import { createPlatform } from '../../platforms/create-platform.ts';
import { describeLive } from '../../platforms/describe-live.ts';
import type { Live } from '../../platforms/platform.ts';
import { describeAutoDeploys } from '../../release/auto-deploys.ts';
import { runForService } from '../../release/name-service.ts';
import type { ServiceOptions } from '../../release/services.ts';
import { findObstaclesToPromotion, isDone, type PromotionOptions } from './promotion.ts';
import type { Target } from './target.ts';

export const mixedVersions: FindingKind = {
  code: 'deploy/mixed-versions',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'Parts of one service run different versions, so its users meet sometimes one and sometimes the other.',
  cause: 'A deploy or rollback was interrupted, or someone changed single machines by hand.',
  help: 'This deploy brings all parts to one version. Check how the previous release ended.',
};

export const previousVersionUnknown: FindingKind = {
  code: 'deploy/previous-version-unknown',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The gate cannot see which version the service runs, so the record will not say what to roll back to.',
  cause: 'The service is down, or it was never released.',
  help: 'If it was released before, write down what runs now: a rollback needs it as `target`.',
};

export const hiddenInRecord: FindingKind = {
  code: 'deploy/hidden-in-record',
  severity: 'warning',
  boundary: 'delivery',
  meaning:
    'The release record must hide part of the previous version, so a rollback cannot find that version by itself.',
  cause: 'The value of a secret is part of the image name or the deployment id, usually because it is very short.',
  help: 'Give the secret a longer value that nothing else contains, or rename the image.',
};

export const variablesChanged: FindingKind = {
  code: 'deploy/variables-changed',
  severity: 'warning',
  boundary: 'delivery',
  meaning:
    'The service runs this release with earlier variables. Its platform has newer ones, which do not take effect.',
  cause: 'Someone changed a variable or rotated a secret after the deployment.',
  help: 'Release the service again, with the input `force: true` or its name as `force`.',
};

/** Looks up what is live on every service and what would prevent its deploy. Changes nothing. */
export function lookBefore(
  services: ServiceOptions[],
  options: PromotionOptions,
  context: GateContext,
): Promise<CheckResult<Target>[]> {
  return Promise.all(services.map(service => runToEnd(checkBefore(service, options, context), context)));
}

function checkBefore(service: ServiceOptions, options: PromotionOptions, context: GateContext): Check<Target> {
  const { name, place } = service;
  const { signal } = context;
  const run = async (): Promise<Outcome<Target>> => {
    const platform = await createPlatform(service.service, { context });
    const [obstacles, before, pushes] = await Promise.all([
      platform.obstaclesToDeploy(options.commit, signal),
      platform.live(signal),
      platform.readAutoDeploys(signal),
    ]);
    const unstaged = platform.staging ? findObstaclesToPromotion(name, options) : [];
    const isLive = isDone({ name, platform }, before, options); // then nothing needs to be deployed
    const obstructing = isLive ? [] : [...obstacles, ...unstaged];
    const findings: Finding[] = obstructing.map(obstacle => ({ ...obstacle, place }));
    if (findings.some(({ severity }) => severity === 'error')) return { verdict: 'error', findings };
    if (pushes !== undefined) findings.push(describeAutoDeploys(service, pushes));
    if (isLive) findings.push(...(await describeChangedVariables({ ...service, platform, before }, context)));
    findings.push(...describeState(name, before), ...describeHidden(name, before, context));
    return { verdict: 'passed', findings, detail: describeLive(before), value: { ...service, platform, before } };
  };
  return { name: `${name} before`, boundary: 'delivery', run: () => runForService(service, run) };
}

async function describeChangedVariables(
  { name, place, platform, before }: Target,
  { log, signal }: GateContext,
): Promise<Finding[]> {
  try {
    const changed = (await platform.listChangedVariables?.(before, signal)) ?? [];
    if (changed.length === 0) return [];
    const message = `${name} runs this release, but these variables changed since: ${changed.join(', ')}.`;
    return [found(variablesChanged, { message, place })];
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    log.info(`${name}: whether variables changed is unknown: ${explainError(error)}`); // a token may not list them
    return [];
  }
}

function describeHidden(name: string, { deployment }: Live, { redactor }: GateContext): Finding[] {
  const id = deployment?.id ?? '';
  const shown = redactor.redact(id);
  if (shown === id) return [];
  return [found(hiddenInRecord, { message: `The version of ${name} that is live contains a secret: ${shown}.` })];
}

function describeState(name: string, before: Live): Finding[] {
  if (before.down && before.deployment === undefined) {
    return [found(previousVersionUnknown, { message: `The gate cannot see which version ${name} runs.` })];
  }
  if (before.others.length === 0) return [];
  return [found(mixedVersions, { message: `${name} runs more than one version: ${describeLive(before)}.` })];
}
