import { type CheckResult, collectValues, type Outcome } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { describeDeployment } from '../../core/describe-deployment.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import type { Deployment, ReleaseRecord } from '../../core/record.ts';
import { reportOutcome, runToEnd } from '../../core/run-to-end.ts';
import { createPlatform } from '../../platforms/create-platform.ts';
import { describeLive } from '../../platforms/describe-live.ts';
import type { Live, Platform } from '../../platforms/platform.ts';
import { isSameCode } from '../../platforms/same-code.ts';
import { runForService } from '../../release/name-service.ts';
import type { ServiceOptions } from '../../release/services.ts';
import type { PlanOptions } from './options.ts';
import { noTarget, pickTarget } from './pick-target.ts';
import { judgeSchema } from './schema-guard.ts';
import type { Undoing } from './undoing.ts';

export const notConfigured: FindingKind = {
  code: 'rollback/not-configured',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The release changed a service that the configuration no longer has, so it stays on the bad release.',
  cause: 'The service was renamed or removed from `services` after the release, or another commit is checked out.',
  help: 'Check out the commit of the release and run the rollback again, or roll the service back by hand.',
};

export const refusedBeforehand: FindingKind = {
  code: 'rollback/refused',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A service cannot go back, so no service does. Nothing was changed.',
  cause: 'The deployment was deleted, was never live, or is older than the plan allows.',
  help: 'Choose another deployment with `target`, leave the service out with `services`, or release the earlier commit again.',
};

export const otherVersion: FindingKind = {
  code: 'rollback/other-version',
  severity: 'error',
  boundary: 'delivery',
  meaning:
    'A service runs neither the release nor what was live before it, so going back would undo work of someone else. No service went back.',
  cause: 'Someone deployed a hotfix by hand or from another workflow, or the platform deployed a later push.',
  help: 'Check what is live. To go back all the same, name the deployments with `target`, such as `api=<id>, web=<id>`. Leave a service out with `services`.',
};

export const unfinishedRelease: FindingKind = {
  code: 'rollback/unfinished-release',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The platform is still deploying the release that the rollback undoes.',
  cause: 'The run of the release was killed or lost its connection, or the platform deploys pushes by itself.',
  help: 'If the rollback is refused, cancel the deployment on the dashboard of the platform.',
};

export const otherDeployment: FindingKind = {
  code: 'rollback/other-deployment',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The platform is deploying another commit, which will replace what the rollback brings back.',
  cause: 'A push after the release, on a platform that deploys every push, or another workflow.',
  help: 'Cancel it on the dashboard of the platform, or turn automatic deploys off.',
};

/** Where a service stands before anything is changed. `error`: the gate could not find out. */
export type Standing = 'to-do' | 'not-needed' | 'no-target' | 'refused' | 'error';

/** One service, what is live on it and what it goes back to. */
export interface Step extends ServiceOptions {
  platform: Platform;
  before: Live;
  target: Deployment;
}

export interface PlannedService {
  name: string;
  standing: Standing;
  /** What is live now; undefined if the platform could not say. */
  live?: Live;
  /** Only where the standing is `to-do`. */
  step?: Step;
  platform?: Platform;
  /** Deployments of the release to undo that are still on their way to the users. */
  unfinished?: Deployment[];
}

export interface Plan {
  services: PlannedService[];
  steps: Step[];
  /** Whether the old code fits the database; undefined if no service needs to go back, or one cannot. */
  schema: CheckResult | undefined;
  checks: CheckResult[];
}

/** Looks up what is live on every service and whether it can go back, then judges the database. Changes nothing. */
export async function planRollback(options: PlanOptions, undoing: Undoing, context: GateContext): Promise<Plan> {
  const [looks, since] = await Promise.all([planServices(options.services, undoing, context), undoing.findSince()]);
  const left = findForgotten(undoing.record, options).map(name =>
    reportOutcome(`${name} before`, describeForgotten(name, undoing.record), context),
  );
  const checks = [...looks, ...left];
  const services = collectValues([...left, ...looks]);
  const steps = services.flatMap(({ step }) => step ?? []);
  const isStopped = services.some(({ standing }) => standing === 'refused' || standing === 'error');
  if (isStopped || steps.length === 0) return { services, steps, schema: undefined, checks };
  const run = () => judgeSchema(since, options.despiteMigrations);
  const schema = await runToEnd({ name: 'schema', boundary: 'data', run }, context);
  return { services, steps, schema, checks: [...checks, schema] };
}

function planServices(
  services: ServiceOptions[],
  undoing: Undoing,
  context: GateContext,
): Promise<CheckResult<PlannedService>[]> {
  const { isRecorded, targets, record } = undoing;
  const concerned = services.filter(
    ({ name }) => !isRecorded || targets.has(name) || record.services[name] !== undefined,
  );
  return Promise.all(
    concerned.map(async service => {
      const { name } = service;
      const run = () => runForService(service, () => planService(service, undoing, context));
      const look = await runToEnd({ name: `${name} before`, boundary: 'delivery', run }, context);
      return { ...look, value: look.value ?? { name, standing: 'error' as const } };
    }),
  );
}

async function planService(
  service: ServiceOptions,
  { record, targets, isNamed }: Undoing,
  context: GateContext,
): Promise<Outcome<PlannedService>> {
  const { name, place } = service;
  const { signal } = context;
  const platform = await createPlatform(service.service, { context });
  const [live, underWay] = await Promise.all([platform.live(signal), platform.listUnfinished(signal)]);
  const recorded = targets.get(name);
  const { unfinished, findings: notes } = sortUnfinished(service, underWay, { record, recorded });
  // What others deploy may replace what is live already.
  const isDisturbed = notes.some(({ code }) => code === otherDeployment.code);
  const stay = (detail: string): Outcome<PlannedService> => ({
    verdict: isDisturbed ? 'inconclusive' : 'passed',
    findings: notes,
    detail,
    value: { name, standing: 'not-needed', live, platform, unfinished },
  });
  const stop = (standing: Standing, findings: Finding[]): Outcome<PlannedService> => ({
    verdict: 'error',
    findings: [...notes, ...findings],
    value: { name, standing, live, platform, unfinished },
  });
  const { staged } = record.services[name] ?? {};
  if (staged && live.deployment === undefined) return stay(`${describeDeployment(staged)} was never promoted`);
  const findCandidates = async () =>
    (await platform.candidates(live, signal)).filter(({ commit }) => !record.commit || commit !== record.commit);
  const { target, findings } = await pickTarget(name, recorded, findCandidates);
  if (target === undefined) {
    const isUnknown = findings.some(({ code }) => code === noTarget.code);
    if (isUnknown && isNothingLive(live)) return stay('nothing is live, as before the release');
    const placed = findings.map(finding => ({ ...finding, place }));
    return stop(isUnknown ? 'no-target' : 'refused', placed);
  }
  if (platform.runs(live, target)) return stay(`${describeDeployment(target)} is live already`);
  if (!isNamed && isForeign(live, name, record)) {
    const message = `${name} runs ${describeLive(live)}, which is neither the release nor what was live before it.`;
    return stop('refused', [found(otherVersion, { message, place })]);
  }
  findings.push(...(await platform.obstaclesToRollback(target, signal)));
  if (findings.some(({ severity }) => severity === 'error')) {
    const message = `${name} cannot go back to ${describeDeployment(target)}.`;
    return stop('refused', [...findings, found(refusedBeforehand, { message })]);
  }
  return {
    verdict: 'passed',
    findings: [...notes, ...findings],
    detail: `${describeLive(live)}, to go back to ${describeDeployment(target)}`,
    value: {
      name,
      standing: 'to-do',
      live,
      platform,
      unfinished,
      step: { ...service, platform, before: live, target },
    },
  };
}

/** Whether a version serves that the record does not know, such as a hotfix. */
function isForeign({ deployment, others, down }: Live, name: string, record: ReleaseRecord): boolean {
  const { before, after } = record.services[name] ?? {};
  if (down || deployment === undefined || record.commit === '') return false;
  const isKnown = (one: Deployment) =>
    one.commit === record.commit ||
    [before, after].some(known => known !== undefined && (known.id === one.id || isSameCode(known, one)));
  const isTold = after !== undefined || deployment.commit !== undefined;
  return isTold && ![deployment, ...others].some(isKnown);
}

/** Tells what is on its way of the release from what others deploy, which the rollback leaves alone. */
function sortUnfinished(
  { name, place }: ServiceOptions,
  underWay: Deployment[],
  { record, recorded }: { record: ReleaseRecord; recorded: Deployment | undefined },
): { unfinished: Deployment[]; findings: Finding[] } {
  const isWayBack = ({ commit }: Deployment) => commit !== undefined && commit === recorded?.commit;
  const relevant = underWay.filter(one => !isWayBack(one));
  const unfinished = relevant.filter(({ commit }) => record.commit !== '' && commit === record.commit);
  const findings = relevant.map(one => {
    const what = `${describeDeployment(one)} of ${name} is still on its way to the users`;
    if (unfinished.includes(one)) {
      return found(unfinishedRelease, { message: `${what}. The rollback cancels it before anything else.`, place });
    }
    return found(otherDeployment, { message: `${what}. It is not of this release and may undo the rollback.`, place });
  });
  return { unfinished, findings };
}

function isNothingLive({ deployment, others, down }: Live): boolean {
  return !deployment && others.length === 0 && !down;
}

/** Services that the release changed, or may have changed, and that the configuration no longer has. */
function findForgotten({ services }: ReleaseRecord, { services: chosen, configured }: PlanOptions): string[] {
  if (chosen.length < configured.length) return []; // the others are left out on purpose
  return Object.entries(services).flatMap(([name, { before, after }]) =>
    configured.includes(name) || (before !== undefined && after?.id === before.id) ? [] : [name],
  );
}

function describeForgotten(name: string, { services }: ReleaseRecord): Outcome<PlannedService> {
  const { platform, before } = services[name] ?? {};
  const was = before ? ` Before the release it ran ${describeDeployment(before)} on ${platform}.` : '';
  const message = `The configuration no longer has the service ${name}, so the gate left it alone.${was}`;
  const findings = [found(notConfigured, { message })];
  return { verdict: 'error', findings, value: { name, standing: 'no-target' } };
}
