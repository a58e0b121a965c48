import { type Answer, type EmulatorRequest, type Route, route } from '../http.ts';
import { isRecord, textOf } from '../values.ts';
import type { FlyApp } from './app.ts';
import { refuse } from './errors.ts';
import { type Leases, NONCE_HEADER } from './leases.ts';
import type { Machine } from './machine.ts';
import { appView, machineView } from './present.ts';

/** Answers of 404 and of the wait are in the words of the Machines API; superfly/fly-go flaps/flaps_machines.go. */
export function machineRoutes(
  appOf: (request: EmulatorRequest) => FlyApp,
  leases: Leases,
  waitSecond: number,
): Route[] {
  const machineOf = (request: EmulatorRequest): Machine => {
    const machine = appOf(request).machines.find(({ id }) => id === request.params.machine);
    if (machine === undefined) throw refuse(404, `machine not found: ${request.params.machine}`);
    return machine;
  };
  const leased = (request: EmulatorRequest): Machine => {
    const machine = machineOf(request);
    leases.require(machine.id, nonceOf(request));
    return machine;
  };
  const base = '/v1/apps/:app/machines';

  return [
    route('GET /v1/apps/:app', request => ok(appView(appOf(request)))),
    route('GET /v1/apps/:app/secrets', request => {
      const secrets = appOf(request).secretDigests.map(({ setAt, ...secret }) => {
        const at = setAt.toISOString();
        return { ...secret, created_at: at, updated_at: at };
      });
      return ok({ secrets });
    }),
    route(`GET ${base}`, request => {
      const state = request.query.get('state');
      const shown = appOf(request).machines.filter(machine => state === null || state === machine.state);
      return ok(shown.map(machineView));
    }),
    route(`POST ${base}`, request => {
      const app = appOf(request);
      if (app.isFull) throw refuse(422, 'insufficient resources available to fulfill request', 'insufficient_capacity');
      const machine = app.addMachine(configOf(request), textOf(request.body.region));
      if (request.body.skip_launch === true) machine.prepare();
      else machine.start();
      return ok(machineView(machine));
    }),
    route(`GET ${base}/:machine`, request => ok(machineView(machineOf(request)))),
    route(`POST ${base}/:machine`, request => {
      const machine = leased(request);
      machine.update(configOf(request), request.body.skip_launch === true);
      return ok(machineView(machine));
    }),
    route(`DELETE ${base}/:machine`, request => {
      const machine = leased(request);
      if (
        machine.state === 'started' &&
        request.query.get('force') !== 'true' &&
        request.query.get('kill') !== 'true'
      ) {
        throw refuse(412, 'failed_precondition: machine must be stopped before it is destroyed, or use force');
      }
      machine.destroy();
      return ok({ ok: true });
    }),
    route(`POST ${base}/:machine/start`, request => ok({ previous_state: leased(request).start() })),
    route(`POST ${base}/:machine/stop`, request => done(() => leased(request).stop())),
    route(`POST ${base}/:machine/restart`, request => done(() => leased(request).restart())),
    route(`POST ${base}/:machine/cordon`, request => done(() => leased(request).cordon(true))),
    route(`POST ${base}/:machine/uncordon`, request => done(() => leased(request).cordon(false))),
    route(`GET ${base}/:machine/wait`, request => wait(machineOf(request), request, waitSecond)),
    route(`GET ${base}/:machine/metadata`, request => ok(machineOf(request).metadata)),
    route(`POST ${base}/:machine/metadata/:key`, request => {
      const value = textOf(request.body.value);
      if (value === undefined) throw refuse(400, 'invalid_argument: value is required');
      machineOf(request).setMetadata(request.params.key ?? '', value);
      return { status: 204 };
    }),
    route(`DELETE ${base}/:machine/metadata/:key`, request => {
      machineOf(request).setMetadata(request.params.key ?? '', undefined);
      return { status: 204 };
    }),
  ];
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function done(act: () => void): Answer {
  act();
  return ok({ ok: true });
}

function nonceOf(request: EmulatorRequest): string | undefined {
  return textOf(request.headers[NONCE_HEADER]);
}

function configOf(request: EmulatorRequest): Record<string, unknown> {
  if (!isRecord(request.body.config)) throw refuse(400, 'invalid_argument: config is required');
  return request.body.config;
}

const WAITABLE = ['started', 'stopped', 'suspended', 'destroyed', 'settled'];

/** Holds the request until the machine is in one of the states, in the version that was asked for; 408 after that. */
async function wait(machine: Machine, request: EmulatorRequest, second: number): Promise<Answer> {
  const states = request.query.getAll('state');
  const wanted = states.length === 0 ? ['started'] : states;
  const unknown = wanted.find(state => !WAITABLE.includes(state));
  if (unknown !== undefined) throw refuse(400, `invalid_argument: unknown state ${unknown}`);
  const instance = request.query.get('instance_id') ?? request.query.get('version');
  if (wanted.includes('stopped') && instance === null) {
    throw refuse(400, 'invalid_argument: instance_id is required to wait for stopped');
  }
  const seconds = Number(request.query.get('timeout') ?? '60');
  if (!(seconds >= 1 && seconds <= 60)) {
    throw refuse(400, 'invalid_argument: timeout must be between 1 and 60 seconds');
  }

  const reached = () => wanted.includes(machine.state) && (instance === null || instance === machine.instanceId);
  const limit = AbortSignal.any([request.signal, AbortSignal.timeout(seconds * second)]);
  if (await machine.changes.until(reached, limit)) return ok({ ok: true });
  const goal = wanted.join(' or ');
  throw refuse(408, `deadline_exceeded: machine failed to reach desired state, ${goal}, currently ${machine.state}`);
}
