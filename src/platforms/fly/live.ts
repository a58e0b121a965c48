import { GateError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import { pluralize } from '../../core/plural.ts';
import type { Deployment } from '../../core/record.ts';
import type { Live } from '../platform.ts';
import type { FlyApi } from './api.ts';
import { commitOf, imageOf, isDown, type Machine, machinesOfApp } from './machine.ts';

export const noMachines: FindingKind = {
  code: 'platform/no-machines',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The app has no machine that could be updated, so there is nothing to release to.',
  cause: 'An app that was never deployed, or whose machines were destroyed.',
  help: 'Deploy it once with `fly deploy`, which makes its machines; from then on this gate updates them.',
};

export const severalContainers: FindingKind = {
  code: 'platform/several-containers',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The machines run several containers each, so no single image says what is live. Nothing was changed.',
  cause: 'An app with `containers` in its configuration, which the gate does not release.',
  help: 'Release it with `platform: command` and `fly deploy`, or run one container in each machine.',
};

export const configurationUnreadable: FindingKind = {
  code: 'platform/host-unreachable',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Fly.io cannot reach the host of a machine, so its configuration is not known and an update would lose it.',
  cause: 'A broken host at Fly.io.',
  help: 'See the status page of Fly.io; `fly machine clone` to another host and destroy the machine if it lasts.',
};

/** The machines of the app. Throws a GateError when there are none, or when it is not known what one of them runs. */
export async function appMachines(app: string, api: FlyApi, signal: AbortSignal): Promise<Machine[]> {
  const machines = machinesOfApp(await api.machines(signal));
  const unclear = machines.find(({ config }) => !config?.image);
  if (unclear?.config?.containers?.length) {
    const message = `Machine ${unclear.id} of the app ${app} runs ${pluralize(unclear.config.containers.length, 'container')}.`;
    throw new GateError([found(severalContainers, { message })]);
  }
  if (unclear) {
    const message = `Fly.io does not give the configuration of machine ${unclear.id} of the app ${app}.`;
    throw new GateError([found(configurationUnreadable, { message })]);
  }
  if (machines.length > 0) return machines;
  throw new GateError([found(noMachines, { message: `The app ${app} on Fly.io has no machines that serve.` })]);
}

/** What the machines run. A machine that is stopped counts, since the next request can start it. */
export function liveOf(machines: Machine[], url: string): Live {
  const byImage = Map.groupBy(machines, imageOf);
  const [deployment, ...others] = [...byImage]
    .sort(([, one], [, other]) => started(other) - started(one) || other.length - one.length)
    .map(([id, running]): Deployment => {
      const commit = running.map(commitOf).find(known => known !== undefined);
      return { id, url, ...(commit && { commit }) };
    });
  return { deployment, others, down: machines.some(isDown) };
}

function started(machines: Machine[]): number {
  return machines.filter(({ state }) => state === 'started').length;
}
