import { crashes, sampleBuild, unhealthyBuild } from '../../sample-build.ts';
import { type JsonClient, jsonClient } from '../json-client.ts';
import { type FlyAppOptions, type FlyOptions, startFly } from './index.ts';

export interface MachineAnswer {
  id: string;
  state: string;
  instance_id: string;
  cordoned: boolean;
  config: { image: string; metadata: Record<string, string> };
  checks: { name: string; status: string }[];
  events: unknown[];
}
export const image = (number: number) => `registry.fly.io/pm-backend:deployment-${number}`;

/** An emulated app, pm-backend, whose images start well, crash (3) and are unhealthy (4); and what tests ask of it. */
export async function startApp(app: Partial<FlyAppOptions> = {}, options: Partial<FlyOptions> = {}) {
  const builds = {
    [image(1)]: sampleBuild('one'),
    [image(2)]: sampleBuild('two'),
    [image(3)]: crashes('missing JWT_SECRET'),
    [image(4)]: unhealthyBuild('four'),
  };
  const emulator = await startFly({
    apps: { 'pm-backend': { builds, image: image(1), ...app } },
    token: 'fm2_test',
    ...options,
  });
  const call = jsonClient(emulator.flapsUrl, 'FlyV1 fm2_test');
  const { body: machines } = await call<MachineAnswer[]>('GET /v1/apps/pm-backend/machines');
  const [machine] = machines;
  if (machine === undefined) throw new TypeError('An app has a machine.');
  const path = `/v1/apps/pm-backend/machines/${machine.id}`;
  const version = async () => (await fetch(`${emulator.domain('pm-backend').url}/version`)).text();
  /** Updates the machine and waits as flyctl does. */
  const update = async (name: string, state = 'started') => {
    const updated = await call<MachineAnswer>(`POST ${path}`, { config: { ...machine.config, image: name } });
    const waited = await call(`GET ${path}/wait?state=${state}&instance_id=${updated.body.instance_id}&timeout=30`);
    return { updated, waited };
  };
  return { emulator, call, machines, machine, path, update, version };
}

export async function untilCheck(call: JsonClient, path: string, status: string): Promise<MachineAnswer> {
  for (;;) {
    const { body } = await call<MachineAnswer>(`GET ${path}`);
    if (body.checks[0]?.status === status) return body;
  }
}
