import { GateError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
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
  remedy: 'Deploy it once with `fly deploy`, which makes its machines; from then on this gate updates them.',
};

/** The machines of the app. Throws a GateError when there are none. */
export async function appMachines(app: string, api: FlyApi, signal: AbortSignal): Promise<Machine[]> {
  const machines = machinesOfApp(await api.machines(signal));
  if (machines.length > 0) return machines;
  throw new GateError([found(noMachines, { seen: `The app ${app} on Fly.io has no machines that serve.` })]);
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
