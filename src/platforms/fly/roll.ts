import type { Finding } from '../../core/finding.ts';
import { isSameImage } from '../image.ts';
import { Leases } from './leases.ts';
import { imageOf, type Machine } from './machine.ts';
import { Registration } from './registration.ts';
import { type Rolling, untilWell, updateMachine } from './update-machine.ts';

/**
 * Brings the machines to an image one after another, so that the others go on serving, and stops at the first that does
 * not come up. Returns what was found; with an error in it the release is bad.
 */
export async function roll(known: Machine[], options: Omit<Rolling, 'leases' | 'release'>): Promise<Finding[]> {
  const { api, target, context, signal, progress } = options;
  const leases = new Leases(api, context);
  const registration = new Registration(api);
  await leases.take(known, signal);
  try {
    const machines = await asTheyAre(known, options); // until now anyone could change them
    await registration.open(target.image, signal);
    const rolling = { ...options, leases, release: registration.release };
    for (const [index, machine] of machines.entries()) {
      const which = `machine ${machine.id} (${index + 1} of ${machines.length})`;
      const done = isDone(machine, rolling);
      progress.say(`${which} ${done ? `runs ${target.image} already` : `is updated to ${target.image}`}.`);
      const problem = await (done ? untilWell(machine, rolling) : updateMachine(machine, rolling));
      if (problem === undefined) continue;
      await registration.close('failed', signal);
      return [
        { ...problem, message: `${problem.message} ${stillOld(machines.slice(index + 1))}` },
        ...registration.findings,
      ];
    }
    await registration.close('complete', signal);
    return registration.findings;
  } catch (error) {
    await registration.close('interrupted', signal).catch(() => {}); // what went wrong first is what is said
    throw error;
  } finally {
    await leases.release(signal);
  }
}

async function asTheyAre(known: Machine[], { api, signal }: Pick<Rolling, 'api' | 'signal'>): Promise<Machine[]> {
  const now = await api.machines(signal);
  return known.flatMap(({ id }) => now.find(machine => machine.id === id) ?? []);
}

/** A machine that an earlier attempt has brought there is not updated again; by digest, since tags move. */
function isDone(machine: Machine, { target }: Rolling): boolean {
  const sameCommit = target.commit !== undefined && machine.config?.metadata?.release_gates_commit === target.commit;
  const exact = target.image.includes('@') || sameCommit;
  return exact && machine.state === 'started' && isSameImage(imageOf(machine), target.image);
}

function stillOld(untouched: Machine[]): string {
  if (untouched.length === 0) return 'No other machine was left on what was live before.';
  const which = untouched.map(({ id }) => id).join(', ');
  return `Not touched, and still on ${untouched[0] ? imageOf(untouched[0]) : ''}: ${which}.`;
}
