import { type Finding, found } from '../../core/finding.ts';
import { endSentence } from '../../core/sentence.ts';
import { isSameImage } from '../image.ts';
import { waitUntilHealthy } from './await-machine.ts';
import { machinesAsleep } from './findings.ts';
import { Leases } from './leases.ts';
import { commitKey, findNewestEvent, getImage, isAsleep, type Machine, mayStopWhenIdle } from './machine.ts';
import { Registration } from './registration.ts';
import type { Rollout } from './rollout.ts';
import { type Outcome, updateMachine } from './update-machine.ts';

/**
 * Updates the machines to an image one after another, so that the others keep serving, and stops at the first that does
 * not come up. Returns findings; an error among them means that the release is bad.
 */
export async function rollOut(known: Machine[], options: Omit<Rollout, 'leases' | 'release'>): Promise<Finding[]> {
  const { api, target, context, signal, progress } = options;
  const leases = new Leases(api, context);
  const registration = new Registration(api);
  await leases.take(known, signal);
  try {
    const machines = await readAgain(known, options); // before the leases anyone could change them
    await registration.open(target.image, signal);
    const rollout = { ...options, leases, release: registration.release };
    const asleep = chooseAsleep(machines);
    const notices: Finding[] = [];
    const sleeping: string[] = [];
    const running: string[] = [];
    for (const [index, machine] of machines.entries()) {
      const which = `machine ${machine.id} (${index + 1} of ${machines.length})`;
      const done = isDone(machine, rollout);
      progress.say(`${which} ${done ? `already runs ${target.image}` : `is updated to ${target.image}`}.`);
      const staysAsleep = asleep.includes(machine);
      const outcome = await (done ? confirmHealth(machine, rollout) : updateMachine(machine, staysAsleep, rollout));
      const { problem, notice } = outcome;
      if (notice) notices.push(notice);
      (staysAsleep ? sleeping : running).push(outcome.machine.id);
      if (problem === undefined) continue;
      await registration.close('failed', signal);
      return [
        { ...problem, message: `${endSentence(problem.message)} ${describeUntouched(machines.slice(index + 1))}` },
        ...notices,
        ...registration.findings,
      ];
    }
    await registration.close('complete', signal);
    return [...notices, ...registration.findings, ...reportAsleep(sleeping, running, target.image)];
  } catch (error) {
    await registration.close('interrupted', signal).catch(() => {}); // the first error is the one to report
    throw error;
  } finally {
    await leases.release(signal);
  }
}

async function readAgain(known: Machine[], { api, signal }: Pick<Rollout, 'api' | 'signal'>): Promise<Machine[]> {
  const now = await api.listMachines(signal);
  return known.flatMap(({ id }) => now.find(machine => machine.id === id) ?? []);
}

/**
 * The machines that stay asleep. If all of them are, and Fly.io stops one when it is idle, that one is started, so that
 * a release is never called good that nobody has seen run. The proxy stops it again.
 */
function chooseAsleep(machines: Machine[]): Machine[] {
  const asleep = machines.filter(isAsleep);
  if (asleep.length < machines.length) return asleep;
  const woken = asleep.find(mayStopWhenIdle);
  return asleep.filter(machine => machine !== woken);
}

function reportAsleep(sleeping: string[], running: string[], image: string): Finding[] {
  if (sleeping.length === 0) return [];
  const judged = running.length > 0 ? `Only ${running.join(', ')} ran for the checks` : 'No machine ran for the checks';
  const message = `These machines stay stopped on ${image}: ${sleeping.join(', ')}. ${judged}.`;
  return [found(machinesAsleep, { severity: running.length > 0 ? 'notice' : 'warning', message })];
}

/** A machine that an earlier attempt has updated. */
async function confirmHealth(machine: Machine, rollout: Rollout): Promise<Outcome> {
  const problem = await waitUntilHealthy({ machine, since: findNewestEvent(machine) }, rollout);
  return { machine, ...(problem && { problem }) };
}

/** Whether an earlier attempt has updated the machine already: by digest or commit, since tags move. */
function isDone(machine: Machine, { target }: Rollout): boolean {
  if (target.again) return false;
  const sameCommit = target.commit !== undefined && machine.config?.metadata?.[commitKey] === target.commit;
  const exact = target.image.includes('@') || sameCommit;
  return exact && machine.state === 'started' && isSameImage(getImage(machine), target.image);
}

function describeUntouched(untouched: Machine[]): string {
  if (untouched.length === 0) return 'No machine is left on the previous version.';
  const which = untouched.map(({ id }) => id).join(', ');
  return `Other machines are still on ${untouched[0] ? getImage(untouched[0]) : ''}: ${which}.`;
}
