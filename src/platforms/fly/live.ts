import { GateError } from '../../core/errors.ts';
import { found } from '../../core/finding.ts';
import { pluralize } from '../../core/plural.ts';
import type { Deployment } from '../../core/record.ts';
import type { Live } from '../platform.ts';
import type { FlyApi } from './api.ts';
import { configurationUnreadable, noMachines, severalContainers } from './findings.ts';
import { findCommit, getImage, isDown, type Machine, selectAppMachines } from './machine.ts';

/** The machines of the app. Throws a GateError when there are none, or when it is unknown what one of them runs. */
export async function listAppMachines(app: string, api: FlyApi, signal: AbortSignal): Promise<Machine[]> {
  const machines = selectAppMachines(await api.listMachines(signal));
  const unclear = machines.find(({ config }) => !config?.image);
  if (unclear?.config?.containers?.length) {
    const message = `Machine ${unclear.id} of the app ${app} runs ${pluralize(unclear.config.containers.length, 'container')}.`;
    throw new GateError([found(severalContainers, { message })]);
  }
  if (unclear) {
    const message = `Fly.io does not return the configuration of machine ${unclear.id} of the app ${app}.`;
    throw new GateError([found(configurationUnreadable, { message })]);
  }
  if (machines.length > 0) return machines;
  throw new GateError([found(noMachines, { message: `The app ${app} on Fly.io has no machines that serve.` })]);
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
