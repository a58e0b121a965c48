import { ignoreNotFound, Refused, Uncertain } from '../../clients/api/errors.ts';
import { type Finding, found } from '../../core/finding.ts';
import { isImmutable, isSameImage } from '../image.ts';
import { poll } from '../polling.ts';
import { waitUntilHealthy, waitUntilReplaced } from './await-machine.ts';
import { hostRefuses, imageKept, machineReplaced } from './findings.ts';
import { findHostRefusal, isBoundToHost, reportHostRefusal } from './host-refusal.ts';
import {
  buildMetadata,
  findCommit,
  findNewestEvent,
  getImage,
  isGone,
  type Machine,
  type MachineConfig,
  replacesKey,
} from './machine.ts';
import { type Rollout, reportNoImage } from './rollout.ts';

export interface Outcome {
  /** The machine in its place, with another id where it was replaced. */
  machine: Machine;
  /** What is wrong with it. */
  problem?: Finding;
  /** What a person should know of it all the same. */
  notice?: Finding;
}

/**
 * Updates one machine to the image, and starts it unless it is to stay asleep. A machine whose host takes no update is
 * replaced where no volume binds it to the host, as flyctl does.
 */
export async function updateMachine(machine: Machine, asleep: boolean, rollout: Rollout): Promise<Outcome> {
  rollout.progress.touched();
  const outcome = await updateInPlace(machine, asleep, rollout);
  if (outcome.problem?.code !== hostRefuses.code || isBoundToHost(machine)) return outcome;
  return replaceMachine(machine, asleep, rollout);
}

async function updateInPlace(machine: Machine, asleep: boolean, rollout: Rollout): Promise<Outcome> {
  const { updated, problem } = await sendUpdate(machine, asleep, rollout);
  if (updated === undefined) return { machine, problem };
  const outcome = await settle(updated, { asleep, since: findNewestEvent(machine) }, rollout);
  const notice = outcome.problem ? undefined : reportKeptImage(machine, updated, rollout);
  return { ...outcome, ...(notice && { notice }) };
}

async function settle(
  updated: Machine,
  { asleep, since }: { asleep: boolean; since: number },
  rollout: Rollout,
): Promise<Outcome> {
  const problem = await (asleep
    ? waitUntilReplaced(updated, rollout)
    : waitUntilHealthy({ machine: updated, since }, rollout));
  return { machine: updated, ...(problem && { problem }) };
}

/** The machine with its update, or why it was refused. */
type Sent = { updated: Machine; problem?: undefined } | { updated?: undefined; problem: Finding };

/** How often an update is sent that Fly.io answers with 408: it was too slow, and the machine does not show the update. */
const mostUpdates = 3;
/** How often it is sent for an image that the registry has and the Machines API does not see yet, and the pause in ms. */
const mostUpdatesUnseen = 6;
const unseenPause = 10_000;

/**
 * Sends the update and makes sure that the machine has it. Only the holder of the lease can update the machine, so after
 * a timeout at Fly.io the same update may be sent again (superfly/flyctl pull request 5096). So it may for an image just
 * built, which the registry shows before the Machines API does (observed by DayriseA/checkout-surge, 2026-10).
 */
async function sendUpdate(machine: Machine, asleep: boolean, rollout: Rollout): Promise<Sent> {
  const { app, api, target, leases, context, signal } = rollout;
  const config = buildConfig(machine.config ?? {}, rollout);
  for (let sent = 1; ; sent++) {
    const update = { config, nonce: leases.getNonce(machine.id), skipLaunch: asleep };
    try {
      return { updated: await api.updateMachine(machine.id, update, signal) };
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Uncertain)) throw error;
      if (/manifest|not find image/i.test(error.said)) {
        const isThere = (await api.checkImage(target.image, signal)).digest !== undefined;
        if (!isThere || sent === mostUpdatesUnseen) return { problem: reportNoImage(target, error.said) };
        await context.clock.sleep(unseenPause, signal);
        await leases.extend(signal);
        continue;
      }
      const refused = findHostRefusal(error);
      if (refused !== undefined) {
        const what = `Machine ${machine.id} of the app ${app} cannot be updated on its host and still runs the previous version.`;
        return { problem: reportHostRefusal(machine, what, refused) };
      }
      if (error instanceof Refused && error.status !== 408) throw error;
      const updated = await confirmUpdate(machine, rollout);
      if (updated !== undefined) return { updated };
      if (error instanceof Uncertain || sent === mostUpdates) throw error;
    }
  }
}

/**
 * Makes a machine in the same region in place of one. flyctl destroys the old one first; here the new one is there
 * before, asleep, so that a full region costs no machine, and both never run at the same time.
 */
async function replaceMachine(machine: Machine, asleep: boolean, rollout: Rollout): Promise<Outcome> {
  const { app, api, leases, signal, progress } = rollout;
  const created = await createReplacement(machine, rollout);
  if (typeof created === 'string') {
    const what = `Machine ${machine.id} of the app ${app} cannot be updated on its host, and no other host of the region ${machine.region} takes a machine in its place.`;
    return { machine, problem: reportHostRefusal(machine, what, created) };
  }
  progress.say(`machine ${machine.id} is replaced by ${created.id}, since its host takes no update.`);
  await waitUntilSeen(created, rollout);
  await leases.add(created, signal);
  await api.destroyMachine(machine.id, leases.getNonce(machine.id), signal);
  leases.drop(machine);
  const outcome = await settle(created, { asleep, since: 0 }, rollout);
  if (outcome.problem) return outcome;
  const message = `Machine ${created.id} of the app ${app} took the place of ${machine.id}, whose host took no update.`;
  return { ...outcome, notice: found(machineReplaced, { message }) };
}

/** A machine just created may not be found for a moment (superfly/flyctl internal/machine/leasable_machine.go). */
async function waitUntilSeen({ id }: Machine, { api, context, signal }: Rollout): Promise<void> {
  const polling = { clock: context.clock, signal, deadline: 30_000, pause: () => 1000 };
  await poll(polling, () => ignoreNotFound(api.readMachine(id, signal)));
}

/** The new machine, one that an earlier attempt has made, or what Fly.io says where it has no room. */
async function createReplacement(machine: Machine, rollout: Rollout): Promise<Machine | string> {
  const { api, context, signal } = rollout;
  const { metadata, ...config } = buildConfig(machine.config ?? {}, rollout);
  const region = machine.region;
  const marked = { ...config, metadata: { ...metadata, [replacesKey]: machine.id } };
  const findMade = async () =>
    (await api.listMachines(signal)).find(
      one => !isGone(one) && one.config?.metadata?.[replacesKey] === machine.id && one.config.image === marked.image,
    );
  const made = await findMade();
  if (made !== undefined) return made;
  try {
    return await api.createMachine({ config: marked, region }, signal);
  } catch (error) {
    const refused = findHostRefusal(error);
    if (refused !== undefined) return refused;
    if (!(error instanceof Uncertain)) throw error;
    const polling = { clock: context.clock, signal, deadline: 10_000, pause: () => 1000 };
    const listed = await poll(polling, findMade);
    if (listed === undefined) throw error;
    return listed;
  }
}

function buildConfig(config: MachineConfig, { target, release }: Rollout): MachineConfig {
  return { ...config, image: target.image, metadata: buildMetadata(config, target, release) };
}

/** The machine once it shows the update; undefined if it stays the same. */
async function confirmUpdate(before: Machine, { api, target, context, signal }: Rollout): Promise<Machine | undefined> {
  const { clock } = context;
  return poll({ clock, signal, deadline: 10_000, pause: () => 1000 }, async () => {
    const now = await api.readMachine(before.id, signal);
    return now.instance_id !== before.instance_id && isSameImage(getImage(now), target.image) ? now : undefined;
  });
}

/** Whether a release of another commit runs the very image of before: its tag has moved, or was to move, for nothing. */
function reportKeptImage(before: Machine, updated: Machine, { target, progress }: Rollout): Finding | undefined {
  const { image, commit = '' } = target;
  const known = findCommit(before);
  const digest = updated.image_ref?.digest;
  if (isImmutable(image, commit) || known === undefined || known === commit || commit === '') return undefined;
  if (!digest || digest !== before.image_ref?.digest) return undefined;
  const message = `Machine ${updated.id} runs ${image} with the digest of the commit ${known.slice(0, 7)}.`;
  progress.say(message);
  return found(imageKept, { message });
}
