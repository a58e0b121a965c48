import { type EmulatorRequest, type Route, route } from '../http.ts';
import { randomText, textOf } from '../values.ts';
import type { FlyApp } from './app.ts';
import { refuse } from './errors.ts';

export const NONCE_HEADER = 'fly-machine-lease-nonce';

interface Lease {
  nonce: string;
  /** Milliseconds since the epoch. */
  expires: number;
}

/** Who may change a machine for now: superfly/fly-go flaps/flaps_machines.go and MachineLease. */
export class Leases {
  readonly #held = new Map<string, Lease>();

  current(machine: string): Lease | undefined {
    const lease = this.#held.get(machine);
    return lease !== undefined && lease.expires > Date.now() ? lease : undefined;
  }

  /** Takes a free lease, or extends the one that is held with this nonce. */
  acquire(machine: string, nonce: string | undefined, seconds: number): Lease {
    this.require(machine, nonce);
    const lease = {
      nonce: this.current(machine)?.nonce ?? randomText(12, '0123456789abcdef'),
      expires: Date.now() + seconds * 1_000,
    };
    this.#held.set(machine, lease);
    return lease;
  }

  release(machine: string, nonce: string | undefined): void {
    this.require(machine, nonce);
    this.#held.delete(machine);
  }

  /** @throws Refusal 409 when somebody else holds the lease. */
  require(machine: string, nonce: string | undefined): void {
    const lease = this.current(machine);
    if (lease === undefined || lease.nonce === nonce) return;
    throw refuse(409, `aborted: machine ${machine} lease currently held by deployer@example.com`);
  }
}

export function leaseRoutes(appOf: (request: EmulatorRequest) => FlyApp, leases: Leases): Route[] {
  const path = '/v1/apps/:app/machines/:machine/lease';
  const machineOf = (request: EmulatorRequest): string => {
    const { machine = '' } = request.params;
    if (!appOf(request).machines.some(({ id }) => id === machine)) {
      throw refuse(404, `machine not found: ${machine}`);
    }
    return machine;
  };
  const nonceOf = (request: EmulatorRequest) => textOf(request.headers[NONCE_HEADER]);

  return [
    route(`GET ${path}`, request => {
      const lease = leases.current(machineOf(request));
      if (lease === undefined) throw refuse(404, 'lease not found');
      return { status: 200, body: view(lease) };
    }),
    route(`POST ${path}`, request => {
      const ttl = Number(request.query.get('ttl') ?? request.body.ttl ?? '10');
      return { status: 201, body: view(leases.acquire(machineOf(request), nonceOf(request), ttl)) };
    }),
    route(`DELETE ${path}`, request => {
      leases.release(machineOf(request), nonceOf(request));
      return { status: 200, body: { status: 'success' } };
    }),
  ];
}

function view({ nonce, expires }: Lease): unknown {
  return {
    status: 'success',
    data: { nonce, expires_at: Math.floor(expires / 1_000), owner: 'deployer@example.com', version: '1' },
  };
}
