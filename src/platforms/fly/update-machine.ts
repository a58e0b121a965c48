import { Refused, Uncertain } from '../../clients/api/errors.ts';
import type { GateContext } from '../../core/context.ts';
import { formatDuration } from '../../core/duration.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { toOneLine } from '../../core/one-line.ts';
import { isSameImage } from '../image.ts';
import type { Progress } from '../platform.ts';
import { poll } from '../polling.ts';
import type { FlyApi, Release } from './api.ts';
import type { Leases } from './leases.ts';
import { showLog } from './logs.ts';
import {
  commitKey,
  configuredChecks,
  declaredChecks,
  finalExit,
  imageKey,
  imageOf,
  isAsleep,
  isGone,
  type Machine,
  type MachineConfig,
} from './machine.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const imageNotFound: FindingKind = {
  ...delivery,
  code: 'platform/image-not-found',
  meaning: 'The image is not in the registry, so the machine goes on with the old one.',
  cause: 'A build that did not push, another tag than the configuration names, or an image that was pruned.',
  help: 'Compare the image under `services` with what the build pushes; a pruned image has to be built again.',
};

export const notStarted: FindingKind = {
  ...delivery,
  code: 'platform/machine-not-started',
  meaning: 'The new version does not start.',
  cause: 'A missing variable, a failing connection at start, or a fault in the code. The log lines say which.',
  help: 'Roll back, then mend what the log of the machine says.',
};

export const checksFailing: FindingKind = {
  ...delivery,
  code: 'platform/checks-failing',
  meaning: 'The new version runs, and does not pass the health checks of its machine.',
  cause: 'A dependency that it cannot reach, a wrong port, or a health check that asks for something else.',
  help: 'Roll back, then look at the log of the machine and the output of the check.',
};

/** Milliseconds. flyctl waits as long for a machine (superfly/flyctl, `--wait-timeout`). */
const startsWithin = 300_000;
const passesWithin = 300_000;
/** A machine without checks is watched for so long; milliseconds. */
const staysUpFor = 5000;
/** Fly.io allows five questions a second for a machine (docs: Machines API, rate limits); milliseconds. */
const pauseAfter = (elapsed: number) => (elapsed < 10_000 ? 250 : 1000);
/** Seconds for each question whether it has started. */
const waitAtOnce = 2;

export interface Target {
  image: string;
  commit: string | undefined;
}

export interface Rolling {
  api: FlyApi;
  target: Target;
  leases: Leases;
  release: Release | undefined;
  context: GateContext;
  signal: AbortSignal;
  progress: Progress;
}

/** Brings one machine to the image and waits until it is well. Returns what is wrong with it, or undefined. */
export async function updateMachine(machine: Machine, rolling: Rolling): Promise<Finding | undefined> {
  const { api, target, leases, signal, progress } = rolling;
  const asleep = isAsleep(machine); // it stays so, as `fly deploy` does it
  const config = configFor(machine.config ?? {}, rolling);
  progress.touched();
  let updated: Machine;
  try {
    const update = { config, nonce: leases.nonceOf(machine.id), skipLaunch: asleep };
    updated = await api.update(machine.id, update, signal);
  } catch (error) {
    if (error instanceof Uncertain) updated = await tookEffect(machine, rolling, error);
    else if (error instanceof Refused && /manifest|not find image/i.test(error.said))
      return noImage(target, error.said);
    else throw error;
  }
  return asleep ? untilAsleep(updated, rolling) : untilWell(updated, rolling);
}

/**
 * Waits until a machine that has been updated runs and passes its checks. Returns what is wrong with it, or undefined.
 */
export async function untilWell(updated: Machine, rolling: Rolling): Promise<Finding | undefined> {
  const { api, context, signal, progress } = rolling;
  const problem = (await untilStarted(updated, rolling)) ?? (await untilHealthy(updated, rolling));
  if (problem === undefined) return undefined;
  const lastLine = await showLog(api, updated, progress, signal);
  return lastLine
    ? { ...problem, message: `${problem.message} Its last log line: ${toOneLine(lastLine, context.redactor)}` }
    : problem;
}

function configFor(config: MachineConfig, { target, release }: Rolling): MachineConfig {
  const { [commitKey]: _commit, [imageKey]: _image, ...metadata } = config.metadata ?? {};
  return {
    ...config,
    image: target.image,
    metadata: {
      ...metadata,
      ...(release && { fly_release_id: release.id, fly_release_version: String(release.version) }),
      ...(target.commit && { [commitKey]: target.commit, [imageKey]: target.image }),
    },
  };
}

/** The answer to the update was lost: the machine itself knows. Throws what was lost when it stays as it was. */
async function tookEffect(
  before: Machine,
  { api, target, context, signal }: Rolling,
  lost: Uncertain,
): Promise<Machine> {
  const { clock } = context;
  const changed = await poll({ clock, signal, deadline: 10_000, pause: () => 1000 }, async () => {
    const now = await api.machine(before.id, signal);
    return now.instance_id !== before.instance_id && isSameImage(imageOf(now), target.image) ? now : undefined;
  });
  if (changed === undefined) throw lost;
  return changed;
}

/** A machine that was stopped is not started; only the update itself is waited for. */
async function untilAsleep(updated: Machine, rolling: Rolling): Promise<Finding | undefined> {
  const { api, target, leases, context, signal } = rolling;
  const { clock } = context;
  const settled = await poll({ clock, signal, deadline: startsWithin, pause: pauseAfter }, async () => {
    await leases.keep(signal);
    const now = await api.machine(updated.id, signal);
    return ['replacing', 'updating'].includes(now.state) ? undefined : now;
  });
  if (settled === undefined) {
    const message = `Machine ${updated.id} is still being updated to ${target.image} after ${formatDuration(startsWithin)}.`;
    return found(notStarted, { message });
  }
  return settled.instance_id === updated.instance_id ? undefined : noImage(target, `machine ${updated.id} went back`);
}

/** flaps answers a wait with 200 or 408; what came of it is read off the machine. */
async function untilStarted(updated: Machine, rolling: Rolling): Promise<Finding | undefined> {
  const { api, target, leases, context, signal } = rolling;
  const { id } = updated;
  const ended = await poll(
    { clock: context.clock, signal, deadline: startsWithin, pause: pauseAfter },
    async (): Promise<{ problem?: Finding } | undefined> => {
      await leases.keep(signal);
      await wait(updated, rolling);
      const now = await api.machine(id, signal);
      // Fly.io gives an update up when it cannot pull the image, and goes on with the old version.
      if (now.instance_id !== updated.instance_id) return { problem: noImage(target, `machine ${id} went back`) };
      if (now.state === 'started') return {};
      const how = endOf(now);
      if (how === undefined) return undefined;
      return { problem: found(notStarted, { message: `Machine ${id} does not start on ${target.image}: it ${how}.` }) };
    },
  );
  if (ended !== undefined) return ended.problem;
  const message = `Machine ${id} did not start on ${target.image} within ${formatDuration(startsWithin)}.`;
  return found(notStarted, { message });
}

/** How it has ended, for a machine that does not come up by itself any more. */
function endOf(machine: Machine): string | undefined {
  const { state } = machine;
  const exit = finalExit(machine);
  if (state === 'stopped' && exit !== undefined) return `ended with status ${exit}`;
  if (['failed', 'launch_failed'].includes(state)) {
    return exit === undefined ? `is ${state}` : `ended with status ${exit}`;
  }
  return isGone(machine) ? `is ${state}` : undefined;
}

async function wait({ id, instance_id }: Machine, { api, signal }: Rolling): Promise<void> {
  try {
    await api.wait(id, instance_id ?? '', waitAtOnce, signal);
  } catch (error) {
    if (!(error instanceof Refused && error.status === 408)) throw error;
  }
}

async function untilHealthy(updated: Machine, rolling: Rolling): Promise<Finding | undefined> {
  const { api, target, leases, context, signal } = rolling;
  const { clock } = context;
  const { id } = updated;
  const expected = configuredChecks(updated);
  let last: Machine = updated;
  if (expected === 0) await clock.sleep(staysUpFor, signal);
  const ended = await poll(
    { clock, signal, deadline: passesWithin, pause: pauseAfter },
    async (): Promise<{ problem?: Finding } | undefined> => {
      await leases.keep(signal);
      last = await api.machine(id, signal);
      const how = endOf(last);
      if (how !== undefined) {
        return {
          problem: found(notStarted, { message: `Machine ${id} started on ${target.image}, and then it ${how}.` }),
        };
      }
      const checks = declaredChecks(last);
      const passing = checks.filter(check => check.status === 'passing').length;
      return last.state === 'started' && passing === checks.length && passing >= expected ? {} : undefined;
    },
  );
  if (ended !== undefined) return ended.problem;
  const failing = declaredChecks(last)
    .filter(check => check.status !== 'passing')
    .map(
      ({ name, status, output }) =>
        `${name} is ${status}${output ? ` (${toOneLine(output, context.redactor, 120)})` : ''}`,
    );
  const which = failing.length > 0 ? failing.join('; ') : `the machine is ${last.state}`;
  const message = `Machine ${id} runs ${target.image} and was not healthy within ${formatDuration(passesWithin)}: ${which}.`;
  return found(checksFailing, { message });
}

function noImage({ image }: Target, said: string): Finding {
  return found(imageNotFound, { message: `Fly.io does not find the image ${image}. It says: ${said}` });
}
