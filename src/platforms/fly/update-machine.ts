import { Refused, Uncertain } from '../../clients/api/errors.ts';
import { type Finding, found } from '../../core/finding.ts';
import { isSameImage } from '../image.ts';
import { poll } from '../polling.ts';
import { waitUntilHealthy, waitUntilReplaced } from './await-machine.ts';
import { hostRefuses } from './findings.ts';
import { commitKey, findNewestEvent, getImage, imageKey, type Machine, type MachineConfig } from './machine.ts';
import { type Rollout, reportNoImage } from './rollout.ts';

/**
 * Updates one machine to the image, and starts it unless it is to stay asleep. Returns what is wrong with it once it is
 * healthy, or asleep on the new image.
 */
export async function updateMachine(machine: Machine, asleep: boolean, rollout: Rollout): Promise<Finding | undefined> {
  rollout.progress.touched();
  const { updated, problem } = await sendUpdate(machine, asleep, rollout);
  if (updated === undefined) return problem;
  if (asleep) return waitUntilReplaced(updated, rollout);
  return waitUntilHealthy({ machine: updated, since: findNewestEvent(machine) }, rollout);
}

/** The machine with its update, or why it was refused. */
type Sent = { updated: Machine; problem?: undefined } | { updated?: undefined; problem: Finding };

/** How often an update is sent that Fly.io answers with 408: it was too slow, and the machine does not show the update. */
const mostUpdates = 3;

/**
 * Sends the update and makes sure that the machine has it. Only the holder of the lease can update the machine, so after
 * a timeout at Fly.io the same update may be sent again (superfly/flyctl pull request 5096).
 */
async function sendUpdate(machine: Machine, asleep: boolean, rollout: Rollout): Promise<Sent> {
  const { api, target, leases, signal } = rollout;
  const config = buildConfig(machine.config ?? {}, rollout);
  const update = { config, nonce: leases.getNonce(machine.id), skipLaunch: asleep };
  for (let sent = 1; ; sent++) {
    try {
      return { updated: await api.updateMachine(machine.id, update, signal) };
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Uncertain)) throw error;
      if (/manifest|not find image/i.test(error.said)) return { problem: reportNoImage(target, error.said) };
      if (isHostRefusal(error.said)) return { problem: reportHostRefusal(machine, rollout, error.said) };
      if (error instanceof Refused && error.status !== 408) throw error;
      const updated = await confirmUpdate(machine, rollout);
      if (updated !== undefined) return { updated };
      if (error instanceof Uncertain || sent === mostUpdates) throw error;
    }
  }
}

/** The words by which flyctl tells it (superfly/flyctl internal/command/deploy/machines_deploymachinesapp.go). */
function isHostRefusal(said: string): boolean {
  return /could not reserve resource for machine|deploys to this host are temporarily disabled/.test(said);
}

function reportHostRefusal({ id, config }: Machine, { app }: Rollout, said: string): Finding {
  const message = `Machine ${id} of the app ${app} cannot be updated on its host and still runs the previous version. Fly.io says: ${said}`;
  const isBound = (config?.mounts ?? []).length > 0;
  const help = isBound
    ? `Machine ${id} has a volume, which binds it to its host. Wait until the host takes updates, then run the gate again.`
    : `Run \`fly machine clone ${id} -a ${app}\`, then \`fly machine destroy ${id} --force -a ${app}\`, and run the gate again.`;
  return found(hostRefuses, { message, help });
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

/** The machine once it shows the update; undefined if it stays the same. */
async function confirmUpdate(before: Machine, { api, target, context, signal }: Rollout): Promise<Machine | undefined> {
  const { clock } = context;
  return poll({ clock, signal, deadline: 10_000, pause: () => 1000 }, async () => {
    const now = await api.readMachine(before.id, signal);
    return now.instance_id !== before.instance_id && isSameImage(getImage(now), target.image) ? now : undefined;
  });
}
