import type { CheckResult, Outcome } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { describeDeployment } from '../../core/deployment-in-words.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import type { Deployment, ReleaseRecord } from '../../core/record.ts';
import { reportOutcome, runToEnd } from '../../core/run-to-end.ts';
import { describeLive } from '../../platforms/live-in-words.ts';
import type { Live, Platform } from '../../platforms/platform.ts';
import { createPlatform } from '../../platforms/platform-of.ts';
import type { ServiceOptions } from '../../release/services.ts';
import type { RollbackOptions } from './options.ts';
import type { Undoing } from './release.ts';
import { noTarget, targetOf } from './target.ts';

export const notConfigured: FindingKind = {
  code: 'rollback/not-configured',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The release changed a service that the configuration no longer has, so it stays on the bad release.',
  cause: 'A service that was renamed or removed from `services` after the release, or a checkout of another commit.',
  help: 'Check out the commit of the release and run the rollback again, or bring the service back by hand.',
};

export const refusedBeforehand: FindingKind = {
  code: 'rollback/refused',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A service cannot go back, so none does: nothing was changed.',
  cause: 'A deployment that was deleted, never live, or is out of reach of the plan.',
  help: 'Go back to another deployment with `target`, leave the service out with `services`, or release the earlier commit again.',
};

export type Standing = 'to-do' | 'not-needed' | 'no-target' | 'refused' | 'error';

/** One service, what is live on it and where it would go back to. */
export interface Step extends ServiceOptions {
  platform: Platform;
  before: Live;
  target: Deployment;
}

export interface Plan {
  steps: Step[];
  standings: Map<string, Standing>;
  /** What was live on the services that could be asked. */
  live: Map<string, Live>;
  checks: CheckResult[];
}

/** Asks every service what is live, and whether it can go back. Changes nothing. */
export async function planRollback(
  { services, configured }: RollbackOptions,
  { record, targets, recorded }: Undoing,
  context: GateContext,
): Promise<Plan> {
  const concerned = services.filter(
    ({ name }) => !recorded || targets.has(name) || record.services[name] !== undefined,
  );
  const standings = new Map<string, Standing>();
  const lives = new Map<string, Live>();
  const steps = new Map<string, Step>();
  const look = async (service: ServiceOptions): Promise<Outcome> => {
    const { name, place } = service;
    const { signal } = context;
    standings.set(name, 'error'); // until it is known better
    const platform = await createPlatform(service.service, { context });
    const before = await platform.live(signal);
    lives.set(name, before);
    const { staged } = record.services[name] ?? {};
    if (staged && before.deployment === undefined) {
      standings.set(name, 'not-needed');
      return { verdict: 'passed', findings: [], detail: `${describeDeployment(staged)} was never promoted` };
    }
    const { target, findings } = await targetOf(name, targets.get(name), before, platform, signal);
    if (target === undefined) {
      const unknown = findings.some(({ code }) => code === noTarget.code);
      if (unknown && !before.deployment && before.others.length === 0 && !before.down) {
        standings.set(name, 'not-needed');
        return { verdict: 'passed', findings: [], detail: 'nothing is live, as before the release' };
      }
      standings.set(name, unknown ? 'no-target' : 'refused');
      return { verdict: 'error', findings: findings.map(finding => ({ ...finding, place })) };
    }
    if (platform.runs(before, target)) {
      standings.set(name, 'not-needed');
      return { verdict: 'passed', findings: [], detail: `${describeDeployment(target)} is live already` };
    }
    findings.push(...(await platform.obstaclesToRollback(target, signal)));
    if (findings.some(({ severity }) => severity === 'error')) {
      standings.set(name, 'refused');
      const message = `${name} cannot go back to ${describeDeployment(target)}.`;
      return { verdict: 'error', findings: [...findings, found(refusedBeforehand, { message })] };
    }
    standings.set(name, 'to-do');
    steps.set(name, { ...service, platform, before, target });
    return {
      verdict: 'passed',
      findings,
      detail: `${describeLive(before)}, to go back to ${describeDeployment(target)}`,
    };
  };
  const chosen = services.length < configured.length; // then the others are left alone on purpose
  const forgotten = chosen ? [] : forgottenIn(record, configured);
  for (const name of forgotten) standings.set(name, 'no-target');
  const checks = await Promise.all([
    ...concerned.map(service =>
      runToEnd({ name: `${service.name} before`, boundary: 'delivery', run: () => look(service) }, context),
    ),
    ...forgotten.map(name => reportOutcome(`${name} before`, leftBehind(name, record), context)),
  ]);
  return { steps: concerned.flatMap(({ name }) => steps.get(name) ?? []), standings, live: lives, checks };
}

/** Services that the release has changed, or may have, and that no one can reach any more. */
function forgottenIn({ services }: ReleaseRecord, configured: string[]): string[] {
  return Object.entries(services).flatMap(([name, { before, after }]) =>
    configured.includes(name) || (before !== undefined && after?.id === before.id) ? [] : [name],
  );
}

function leftBehind(name: string, { services }: ReleaseRecord): Outcome {
  const { platform, before } = services[name] ?? {};
  const was = before ? `, which ran ${describeDeployment(before)} on ${platform} before,` : '';
  const message = `The service ${name}${was} is not in the configuration any more and was not asked.`;
  return { verdict: 'error', findings: [found(notConfigured, { message })] };
}
