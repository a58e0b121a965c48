import { Refused } from '../../clients/api/errors.ts';
import { formatDuration } from '../../core/duration.ts';
import { type Finding, found } from '../../core/finding.ts';
import { toOneLine } from '../../core/one-line.ts';
import { explainFailure } from '../deploying.ts';
import { poll } from '../polling.ts';
import { checksFailing, notStarted } from './findings.ts';
import { findHostRefusal, reportHostRefusal } from './host-refusal.ts';
import {
  countConfiguredChecks,
  findFinalExit,
  findNewestEvent,
  isCrashLooping,
  isGone,
  listDeclaredChecks,
  type Machine,
} from './machine.ts';
import { type Rollout, reportNoImage, type Target } from './rollout.ts';

/** Milliseconds. flyctl waits as long for a machine (superfly/flyctl, `--wait-timeout`). */
const startsWithin = 300_000;
const passesWithin = 300_000;
/** Milliseconds that a machine without checks is watched, as flyctl's smoke checks do. */
const staysUpFor = 10_000;
/** Seconds that the API waits for a start before it answers. */
const waitSeconds = 2;

/** Milliseconds. Fly.io allows five requests a second for a machine (docs: Machines API, rate limits). */
function choosePause(elapsed: number): number {
  return elapsed < 10_000 ? 250 : 1000;
}

/** A machine as its update returned it. */
export interface Updated {
  machine: Machine;
  /** When the newest event before the update was. Older exits are those of the previous version. */
  since: number;
}

/** Waits until a machine runs and passes its checks, and starts it where it is stopped. Returns what is wrong with it. */
export async function waitUntilHealthy(updated: Updated, rollout: Rollout): Promise<Finding | undefined> {
  const stay = countConfiguredChecks(updated.machine) > 0 ? waitUntilPassing : waitUntilSteady;
  const problem = (await waitUntilStarted(updated, rollout)) ?? (await stay(updated, rollout));
  if (problem === undefined) return undefined;
  const { machine } = updated;
  return explainFailure(problem, `machine ${machine.id}`, () => readLogSince(machine, rollout), rollout);
}

/** What the machine has written since its update, by the clock of Fly.io. */
async function readLogSince({ id, updated_at }: Machine, { api, signal }: Rollout): Promise<string[]> {
  const since = Date.parse(updated_at ?? '');
  const lines = await api.readLog(id, signal);
  return lines.filter(({ at }) => !(at < since)).map(({ text }) => text);
}

/** A machine that stays asleep is not started, so only the update itself has an end to wait for. */
export async function waitUntilReplaced(updated: Machine, rollout: Rollout): Promise<Finding | undefined> {
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
async function waitUntilStarted({ machine: updated, since }: Updated, rollout: Rollout): Promise<Finding | undefined> {
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
      const how = describeEnd(now, since);
      if (how === undefined) return startIfStopped(now, rollout);
      return { problem: found(notStarted, { message: `Machine ${id} does not start on ${target.image}: it ${how}.` }) };
    },
  );
  if (ended !== undefined) return ended.problem;
  const message = `Machine ${id} did not start on ${target.image} within ${formatDuration(startsWithin)}.`;
  return found(notStarted, { message });
}

/**
 * Starts a machine that an update has left stopped, as Fly.io does with one that was not started before, or that the
 * proxy has stopped while it was idle. It may still be changing, so the caller asks again.
 */
async function startIfStopped(machine: Machine, rollout: Rollout): Promise<{ problem: Finding } | undefined> {
  const { id, state } = machine;
  const { app, api, leases, signal, progress } = rollout;
  if (!['stopped', 'suspended', 'created'].includes(state)) return undefined;
  progress.say(`machine ${id} is ${state}, so it is started.`);
  try {
    await api.startMachine(id, leases.getNonce(id), signal);
  } catch (error) {
    const refused = findHostRefusal(error);
    if (refused !== undefined) {
      const what = `Machine ${id} of the app ${app} has the new version, but cannot be started on its host.`;
      return { problem: reportHostRefusal(machine, what, refused) };
    }
    // Fly.io does not start a machine that is still changing (hexclave/hexclave pull request 2060).
    if (!(error instanceof Refused && error.status === 412)) throw error;
  }
  return undefined;
}

/** How a machine ended that will not come up by itself. */
function describeEnd(machine: Machine, since: number): string | undefined {
  const { state } = machine;
  if (isCrashLooping(machine, since)) return 'crashes again and again';
  const exit = findFinalExit(machine, since);
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

/** A machine without checks has to stay up: nothing may happen to it from one look to the next. */
async function waitUntilSteady({ machine: { id }, since }: Updated, rollout: Rollout): Promise<Finding | undefined> {
  const { api, target, leases, context, signal } = rollout;
  let newest = Number.NaN;
  const ended = await poll(
    { clock: context.clock, signal, deadline: passesWithin, pause: () => staysUpFor },
    async (): Promise<{ problem?: Finding } | undefined> => {
      await leases.extend(signal);
      const now = await api.readMachine(id, signal);
      const ended = findEnd(now, since, target);
      if (ended !== undefined) return { problem: ended };
      if (now.state !== 'started') return startIfStopped(now, rollout);
      const seen = newest;
      newest = findNewestEvent(now);
      return newest === seen ? {} : undefined;
    },
  );
  if (ended !== undefined) return ended.problem;
  const message = `Machine ${id} on ${target.image} did not stay up for ${formatDuration(staysUpFor)} within ${formatDuration(passesWithin)}.`;
  return found(notStarted, { message });
}

/** Why a machine that had started is not up any more. */
function findEnd(now: Machine, since: number, { image }: Target): Finding | undefined {
  const how = describeEnd(now, since);
  return how === undefined
    ? undefined
    : found(notStarted, { message: `Machine ${now.id} started on ${image}, then it ${how}.` });
}

async function waitUntilPassing({ machine: updated, since }: Updated, rollout: Rollout): Promise<Finding | undefined> {
  const { api, target, leases, context, signal } = rollout;
  const { clock } = context;
  const { id } = updated;
  const expected = countConfiguredChecks(updated);
  let last: Machine = updated;
  const ended = await poll(
    { clock, signal, deadline: passesWithin, pause: choosePause },
    async (): Promise<{ problem?: Finding } | undefined> => {
      await leases.extend(signal);
      last = await api.readMachine(id, signal);
      const ended = findEnd(last, since, target);
      if (ended !== undefined) return { problem: ended };
      if (last.state !== 'started') return startIfStopped(last, rollout);
      const checks = listDeclaredChecks(last);
      const passing = checks.filter(check => check.status === 'passing').length;
      return passing === checks.length && passing >= expected ? {} : undefined;
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
