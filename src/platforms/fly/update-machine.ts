import { Refused, Uncertain } from '../../clients/api/errors.ts';
import { formatDuration } from '../../core/duration.ts';
import { type Finding, found } from '../../core/finding.ts';
import { toOneLine } from '../../core/one-line.ts';
import { type ChangeContext, showLastLines } from '../deploying.ts';
import { isSameImage } from '../image.ts';
import { poll } from '../polling.ts';
import type { FlyApi, Release } from './api.ts';
import { checksFailing, imageNotFound, notStarted } from './findings.ts';
import type { Leases } from './leases.ts';
import {
  commitKey,
  countConfiguredChecks,
  findFinalExit,
  getImage,
  imageKey,
  isAsleep,
  isGone,
  listDeclaredChecks,
  type Machine,
  type MachineConfig,
} from './machine.ts';

/** Milliseconds. flyctl waits as long for a machine (superfly/flyctl, `--wait-timeout`). */
const startsWithin = 300_000;
const passesWithin = 300_000;
/** Milliseconds that a machine without checks is watched. */
const staysUpFor = 5000;
/** Seconds that the API waits for a start before it answers. */
const waitSeconds = 2;

/** Milliseconds. Fly.io allows five requests a second for a machine (docs: Machines API, rate limits). */
function choosePause(elapsed: number): number {
  return elapsed < 10_000 ? 250 : 1000;
}

export interface Target {
  image: string;
  commit: string | undefined;
}

export interface Rollout extends ChangeContext {
  api: FlyApi;
  target: Target;
  leases: Leases;
  release: Release | undefined;
}

/** Updates one machine to the image and waits until it is healthy. Returns what is wrong with it. */
export async function updateMachine(machine: Machine, rollout: Rollout): Promise<Finding | undefined> {
  const { api, target, leases, signal, progress } = rollout;
  const asleep = isAsleep(machine); // `fly deploy` leaves it asleep too
  const config = buildConfig(machine.config ?? {}, rollout);
  progress.touched();
  let updated: Machine;
  try {
    const update = { config, nonce: leases.getNonce(machine.id), skipLaunch: asleep };
    updated = await api.updateMachine(machine.id, update, signal);
  } catch (error) {
    if (error instanceof Uncertain) updated = await confirmUpdate(machine, rollout, error);
    else if (error instanceof Refused && /manifest|not find image/i.test(error.said))
      return reportNoImage(target, error.said);
    else throw error;
  }
  return asleep ? waitUntilReplaced(updated, rollout) : waitUntilHealthy(updated, rollout);
}

/** Waits until an updated machine runs and passes its checks. Returns what is wrong with it. */
export async function waitUntilHealthy(updated: Machine, rollout: Rollout): Promise<Finding | undefined> {
  const problem = (await waitUntilStarted(updated, rollout)) ?? (await waitUntilPassing(updated, rollout));
  if (problem === undefined) return undefined;
  return showLastLines(problem, `machine ${updated.id}`, () => readLogSince(updated, rollout), rollout);
}

/** What the machine has written since its update, by the clock of Fly.io. */
async function readLogSince({ id, updated_at }: Machine, { api, signal }: Rollout): Promise<string[]> {
  const since = Date.parse(updated_at ?? '');
  const lines = await api.readLog(id, signal);
  return lines.filter(({ at }) => !(at < since)).map(({ text }) => text);
}

function buildConfig(config: MachineConfig, { target, release }: Rollout): MachineConfig {
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

/** The answer to the update was lost, but the machine shows the update. Throws `lost` if the machine stays the same. */
async function confirmUpdate(
  before: Machine,
  { api, target, context, signal }: Rollout,
  lost: Uncertain,
): Promise<Machine> {
  const { clock } = context;
  const changed = await poll({ clock, signal, deadline: 10_000, pause: () => 1000 }, async () => {
    const now = await api.readMachine(before.id, signal);
    return now.instance_id !== before.instance_id && isSameImage(getImage(now), target.image) ? now : undefined;
  });
  if (changed === undefined) throw lost;
  return changed;
}

/** A stopped machine is not started, so only the update itself has an end to wait for. */
async function waitUntilReplaced(updated: Machine, rollout: Rollout): Promise<Finding | undefined> {
  const { api, target, leases, context, signal } = rollout;
  const { clock } = context;
  const settled = await poll({ clock, signal, deadline: startsWithin, pause: choosePause }, async () => {
    await leases.extend(signal);
    const now = await api.readMachine(updated.id, signal);
    return ['replacing', 'updating'].includes(now.state) ? undefined : now;
  });
  if (settled === undefined) {
    const message = `Machine ${updated.id} is still updating to ${target.image} after ${formatDuration(startsWithin)}.`;
    return found(notStarted, { message });
  }
  return settled.instance_id === updated.instance_id
    ? undefined
    : reportNoImage(target, `machine ${updated.id} went back`);
}

/** The API answers a wait with 200 or 408, so the machine itself has to show what came of it. */
async function waitUntilStarted(updated: Machine, rollout: Rollout): Promise<Finding | undefined> {
  const { api, target, leases, context, signal } = rollout;
  const { id } = updated;
  const ended = await poll(
    { clock: context.clock, signal, deadline: startsWithin, pause: choosePause },
    async (): Promise<{ problem?: Finding } | undefined> => {
      await leases.extend(signal);
      await waitForInstance(updated, rollout);
      const now = await api.readMachine(id, signal);
      // Fly.io returns to the old version when it cannot pull the image.
      if (now.instance_id !== updated.instance_id) return { problem: reportNoImage(target, `machine ${id} went back`) };
      if (now.state === 'started') return {};
      const how = describeEnd(now);
      if (how === undefined) return undefined;
      return { problem: found(notStarted, { message: `Machine ${id} does not start on ${target.image}: it ${how}.` }) };
    },
  );
  if (ended !== undefined) return ended.problem;
  const message = `Machine ${id} did not start on ${target.image} within ${formatDuration(startsWithin)}.`;
  return found(notStarted, { message });
}

/** How a machine ended that will not come up by itself. */
function describeEnd(machine: Machine): string | undefined {
  const { state } = machine;
  const exit = findFinalExit(machine);
  if (state === 'stopped' && exit !== undefined) return `ended with status ${exit}`;
  if (['failed', 'launch_failed'].includes(state)) {
    return exit === undefined ? `is ${state}` : `ended with status ${exit}`;
  }
  return isGone(machine) ? `is ${state}` : undefined;
}

async function waitForInstance({ id, instance_id }: Machine, { api, signal }: Rollout): Promise<void> {
  try {
    await api.waitForInstance(id, { instance: instance_id ?? '', seconds: waitSeconds }, signal);
  } catch (error) {
    if (!(error instanceof Refused && error.status === 408)) throw error;
  }
}

async function waitUntilPassing(updated: Machine, rollout: Rollout): Promise<Finding | undefined> {
  const { api, target, leases, context, signal } = rollout;
  const { clock } = context;
  const { id } = updated;
  const expected = countConfiguredChecks(updated);
  let last: Machine = updated;
  if (expected === 0) await clock.sleep(staysUpFor, signal);
  const ended = await poll(
    { clock, signal, deadline: passesWithin, pause: choosePause },
    async (): Promise<{ problem?: Finding } | undefined> => {
      await leases.extend(signal);
      last = await api.readMachine(id, signal);
      const how = describeEnd(last);
      if (how !== undefined) {
        return {
          problem: found(notStarted, { message: `Machine ${id} started on ${target.image}, then it ${how}.` }),
        };
      }
      const checks = listDeclaredChecks(last);
      const passing = checks.filter(check => check.status === 'passing').length;
      return last.state === 'started' && passing === checks.length && passing >= expected ? {} : undefined;
    },
  );
  if (ended !== undefined) return ended.problem;
  const failing = listDeclaredChecks(last)
    .filter(check => check.status !== 'passing')
    .map(
      ({ name, status, output }) =>
        `${name} is ${status}${output ? ` (${toOneLine(output, context.redactor, 120)})` : ''}`,
    );
  const which = failing.length > 0 ? failing.join('; ') : `the machine is ${last.state}`;
  const message = `Machine ${id} runs ${target.image} but was not healthy within ${formatDuration(passesWithin)}: ${which}.`;
  return found(checksFailing, { message });
}

function reportNoImage({ image }: Target, said: string): Finding {
  return found(imageNotFound, { message: `Fly.io does not find the image ${image}. It says: ${said}` });
}
