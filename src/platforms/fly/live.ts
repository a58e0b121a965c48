import { GateError } from '../../core/errors.ts';
import { type Finding, found } from '../../core/finding.ts';
import { pluralize } from '../../core/plural.ts';
import type { Deployment } from '../../core/record.ts';
import type { Live } from '../platform.ts';
import type { FlyApi } from './api.ts';
import { hostUnreachable, noMachines, severalContainers } from './findings.ts';
import { findCommit, getConfig, getImage, isDown, isUnreachable, type Machine, selectAppMachines } from './machine.ts';

/** The machines of the app. Throws a GateError when there are none, or when it is unknown what one of them runs. */
export async function listAppMachines(app: string, api: FlyApi, signal: AbortSignal): Promise<Machine[]> {
  const machines = selectAppMachines(await api.listMachines(signal));
  const unclear = machines.find(machine => !getConfig(machine)?.image);
  if (unclear?.config?.containers?.length) {
    const message = `Machine ${unclear.id} of the app ${app} runs ${pluralize(unclear.config.containers.length, 'container')}.`;
    throw new GateError([found(severalContainers, { message })]);
  }
  if (unclear) throw new GateError(reportUnreachable(app, [unclear]));
  if (machines.length > 0) return machines;
  throw new GateError([found(noMachines, { message: `The app ${app} on Fly.io has no machines that serve.` })]);
}

/** Names the machines whose hosts cannot be reached. */
export function reportUnreachable(app: string, machines: Machine[]): Finding[] {
  return machines
    .filter(machine => isUnreachable(machine) || !getConfig(machine)?.image)
    .map(({ id }) => {
      const message = `Fly.io cannot reach the host of machine ${id} of the app ${app}, so the machine cannot be updated.`;
      return found(hostUnreachable, { message });
    });
}

/** What the machines run. A stopped machine counts, since the next request can start it. */
export function toLive(machines: Machine[], url: string): Live {
  const byImage = Map.groupBy(machines, getImage);
  const [deployment, ...others] = [...byImage]
    .sort(([, one], [, other]) => countStarted(other) - countStarted(one) || other.length - one.length)
    .map(([id, running]): Deployment => {
      const commit = running.map(findCommit).find(known => known !== undefined);
      return { id, url, ...(commit && { commit }) };
    });
  return { deployment, others, down: machines.some(isDown) };
}

function countStarted(machines: Machine[]): number {
  return machines.filter(({ state }) => state === 'started').length;
}
