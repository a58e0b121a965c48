import type { CheckResult, Outcome } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import type { Deployment } from '../../core/record.ts';
import type { Live, Platform } from '../../platforms/platform.ts';
import { platformOf } from '../../platforms/platform-of.ts';
import { inWords, liveInWords } from '../deploy/before.ts';
import type { ServiceOptions } from '../deploy/options.ts';
import { timed } from '../deploy/timed.ts';
import type { RollbackOptions } from './options.ts';
import type { Undoing } from './release.ts';

export const noTarget: FindingKind = {
  code: 'rollback/no-target',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'It is not known what this service ran before the release, so it stays as it is.',
  cause: 'The first release of a service, or a release whose record does not have it.',
  remedy: 'Name the deployment to go back to with `target`, or switch the service off by hand.',
};

export const refusedBeforehand: FindingKind = {
  code: 'rollback/refused',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A service cannot go back, so none does: nothing was changed.',
  cause: 'A deployment that was deleted, never live, or is out of reach of the plan.',
  remedy:
    'Go back to another deployment with `target`, leave the service out with `services`, or release the earlier commit again.',
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
  checks: CheckResult[];
}

/** Asks every service what is live, and whether it can go back. Changes nothing. */
export async function planRollback(
  { services }: RollbackOptions,
  { record, targets }: Undoing,
  context: GateContext,
): Promise<Plan> {
  const concerned = services.filter(({ name }) => targets.has(name) || record.services[name] !== undefined);
  const standings = new Map<string, Standing>();
  const steps = new Map<string, Step>();
  const look = async (service: ServiceOptions): Promise<Outcome> => {
    const { name } = service;
    standings.set(name, 'error'); // until it is known better
    const target = targets.get(name);
    if (target === undefined) {
      standings.set(name, 'no-target');
      const seen = `The record of the release does not say what ${name} ran before it.`;
      return { verdict: 'error', findings: [found(noTarget, { seen, place: service.place })] };
    }
    const platform = platformOf(service.service, { context });
    const before = await platform.live(context.signal);
    if (platform.runs(before, target)) {
      standings.set(name, 'not-needed');
      return { verdict: 'passed', findings: [], detail: `${inWords(target)} is live already` };
    }
    const obstacles = await platform.obstaclesToRollback(target, context.signal);
    if (obstacles.length > 0) {
      standings.set(name, 'refused');
      const seen = `${name} cannot go back to ${inWords(target)}.`;
      return { verdict: 'error', findings: [...obstacles, found(refusedBeforehand, { seen })] };
    }
    standings.set(name, 'to-do');
    steps.set(name, { ...service, platform, before, target });
    return { verdict: 'passed', findings: [], detail: `${liveInWords(before)}, to go back to ${inWords(target)}` };
  };
  const checks = await Promise.all(
    concerned.map(service => timed(`${service.name} before`, context, () => look(service))),
  );
  return { steps: concerned.flatMap(({ name }) => steps.get(name) ?? []), standings, checks };
}
