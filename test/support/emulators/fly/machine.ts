import type { Build } from '../../deployments.ts';
import { Changes } from '../changes.ts';
import { randomText, textOf, textsOf } from '../values.ts';
import { refuse } from './errors.ts';
import { checksOf } from './health.ts';
import type { Host } from './host.ts';
import type { ImageRef } from './images.ts';
import { Workload } from './workload.ts';

/** The states it passes through here, of those in docs: Fly Machines, machine states. */
export type MachineState =
  | 'created'
  | 'replacing'
  | 'starting'
  | 'started'
  | 'stopping'
  | 'stopped'
  | 'suspended'
  | 'failed'
  | 'launch_failed'
  | 'destroying'
  | 'destroyed'
  | 'migrated';

const PASSING_THROUGH: MachineState[] = ['replacing', 'starting', 'stopping', 'destroying'];
const ULID = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export interface MachineEvent {
  id: string;
  type: string;
  status: string;
  source: 'flyd' | 'user';
  timestamp: number;
  request?: unknown;
}

interface Version {
  instanceId: string;
  config: Record<string, unknown>;
  imageRef: ImageRef;
  build: Build;
}

/** What the host of a machine refuses, and in which words. */
export interface HostRefusal {
  of: 'update' | 'start';
  status: number;
  error: string;
}

/** One machine: a configuration with versions, and at most one process. */
export class Machine {
  readonly id = randomText(14, '0123456789abcdef');
  readonly name = randomText(12, 'abcdefghijklmnopqrstuvwxyz');
  readonly region: string;
  readonly createdAt = new Date();
  readonly changes = new Changes();
  readonly events: MachineEvent[] = [];
  readonly workload: Workload;
  updatedAt = new Date();
  state: MachineState = 'created';
  cordoned = false;
  /** The next launch ends here instead of starting its process; `stopped` and `suspended` as by the proxy's autostop. */
  endsAt: MachineState | undefined;
  /** The host of the machine cannot be reached, so its configuration is only known in part. */
  unreachable = false;
  /** The host has no room, or takes no changes: superfly/flyctl internal/command/deploy/machines_deploymachinesapp.go. */
  hostRefuses: HostRefusal | undefined;
  #host: Host;
  #version: Version;
  #preparing = false;
  /** How often its process has ended since it was launched. */
  #failures = 0;

  /** @throws Refusal when there is no such image. */
  constructor(host: Host, config: Record<string, unknown>, region = 'fra') {
    this.region = region;
    this.#host = host;
    this.#version = this.#versionOf(config);
    this.workload = new Workload(host, () => this.#changed());
  }

  get instanceId(): string {
    return this.#version.instanceId;
  }

  get config(): Record<string, unknown> {
    return this.#version.config;
  }

  get imageRef(): ImageRef {
    return this.#version.imageRef;
  }

  get metadata(): Record<string, string> {
    return textsOf(this.config.metadata);
  }

  /** True when the proxy sends it requests: it runs, is not cordoned, and the checks of its services pass. */
  get serves(): boolean {
    const routing = new Set(checksOf(this.config).flatMap(check => (check.routing ? [check.name] : [])));
    const healthy = this.workload.checks.every(check => !routing.has(check.name) || check.status === 'passing');
    return this.state === 'started' && this.workload.process !== undefined && !this.cordoned && healthy;
  }

  setMetadata(key: string, value: string | undefined): void {
    const { [key]: _replaced, ...rest } = this.metadata;
    this.#version.config = { ...this.config, metadata: value === undefined ? rest : { ...rest, [key]: value } };
    this.#changed();
  }

  cordon(cordoned: boolean): void {
    this.cordoned = cordoned;
    this.#changed();
  }

  /**
   * Accepts a new configuration, which replaces the whole of the old one, and carries it out in the background. A machine
   * that was not started is left stopped, whatever `skipLaunch` says (superfly/flyctl pull request 4754; the line of its
   * log is quoted in hexclave/hexclave pull request 2060, 2026-09-10).
   */
  update(config: Record<string, unknown>, skipLaunch: boolean): void {
    this.#refuseWhileChanging();
    // Unverified: the words and the status. fly-go's `host_status` only says that the configuration is incomplete.
    if (this.unreachable) throw refuse(412, `failed_precondition: the host of machine ${this.id} is unreachable`);
    if (this.hostRefuses?.of === 'update') throw refuse(this.hostRefuses.status, this.hostRefuses.error);
    const previous = { version: this.#version, state: this.state };
    this.#version = this.#versionOf(config, previous.version);
    this.#enter('replacing', 'update', 'user');
    this.#host.background.run(async () => {
      await this.#host.background.sleep(this.#host.delays.replace);
      if (this.#host.pullFails(textOf(config.image) ?? '')) {
        // Fly gives an update up when the image cannot be pulled, and goes on with the old version
        // (superfly/flyctl pull request 4878).
        this.#version = previous.version;
        return this.#enter(previous.state, 'update', 'flyd', { error: 'failed to pull image' });
      }
      await this.workload.stop();
      if (previous.state !== 'started') this.workload.log.note(leftStopped);
      if (skipLaunch || previous.state !== 'started') this.#enter('stopped', 'update', 'flyd');
      else await this.launch();
    });
  }

  /**
   * Prepares its image without starting it. It is `stopped` some seconds later and is not started before (observed by
   * DayriseA/checkout-surge, 2026-10).
   */
  prepare(): void {
    this.#enter('created', 'launch', 'user');
    this.#preparing = true;
    this.#host.background.run(async () => {
      await this.#host.background.sleep(this.#host.delays.prepare);
      this.#preparing = false;
      if (this.state === 'created') this.#enter('stopped', 'launch', 'flyd');
    });
  }

  /** @returns the state it was in. */
  start(): MachineState {
    const previous = this.state;
    if (previous === 'started') return previous;
    if (this.#preparing || PASSING_THROUGH.includes(previous)) {
      throw refuse(412, `failed_precondition: unable to start machine from current state: '${previous}'`);
    }
    if (this.hostRefuses?.of === 'start') throw refuse(this.hostRefuses.status, this.hostRefuses.error);
    this.#enter('starting', 'start', 'user');
    this.#host.background.run(() => this.launch());
    return previous;
  }

  stop(): void {
    this.#refuseWhileChanging();
    this.#enter('stopping', 'stop', 'user');
    this.#host.background.run(async () => {
      await this.workload.stop();
      this.#enter('stopped', 'exit', 'flyd', exitEvent(0, { requested: true }));
    });
  }

  restart(): void {
    this.#refuseWhileChanging();
    this.#enter('stopping', 'restart', 'user');
    this.#host.background.run(async () => {
      await this.workload.stop();
      await this.launch();
    });
  }

  destroy(): void {
    this.#enter('destroying', 'destroy', 'user');
    this.#host.background.run(async () => {
      await this.workload.stop();
      this.#enter('destroyed', 'destroy', 'flyd');
    });
  }

  /** Starts the process of the current version, again after an error, as long as the restart policy allows. */
  async launch(): Promise<void> {
    this.#enter('starting', 'launch', 'flyd');
    await this.#host.background.sleep(this.#host.delays.start);
    const { endsAt } = this;
    this.endsAt = undefined;
    if (endsAt === 'stopped') return this.#enter(endsAt, 'exit', 'flyd', exitEvent(0, { requested: true }));
    if (endsAt) return this.#enter(endsAt, 'launch', 'flyd');
    this.#failures = 0;
    await this.#startUntilUp();
  }

  async #startUntilUp(): Promise<void> {
    while (this.state === 'starting') {
      const status = await this.#startWorkload();
      if (status === undefined) return this.#enter('started', 'start', 'flyd');
      this.#noteExit(status);
    }
  }

  #noteExit(status: number): void {
    const restarting = this.#failures < this.#host.restarts;
    this.#failures += 1;
    const exit = exitEvent(status, { restarting, restarts: this.#failures });
    this.#enter(restarting ? 'starting' : 'stopped', 'exit', 'flyd', exit);
  }

  async #startWorkload(): Promise<number | undefined> {
    const found = this.#host.images.find(textOf(this.config.image) ?? '');
    if (found === undefined) {
      this.workload.log.note('could not find the image in the registry');
      return 1;
    }
    return this.workload.start(this.#version.build, this.#environment(), checksOf(this.config), status => {
      if (!this.#host.restartsLater) return this.#enter('stopped', 'exit', 'flyd', exitEvent(status, {}));
      this.#noteExit(status);
      this.#host.background.run(() => this.#startUntilUp());
    });
  }

  /** docs: Fly Machines, the machine runtime environment. */
  #environment(): Record<string, string> {
    return {
      ...textsOf(this.config.env),
      ...this.#host.secrets(),
      FLY_APP_NAME: this.#host.app,
      FLY_MACHINE_ID: this.id,
      FLY_MACHINE_VERSION: this.instanceId,
      FLY_IMAGE_REF: textOf(this.config.image) ?? '',
      FLY_REGION: this.region,
      FLY_PROCESS_GROUP: this.metadata.fly_process_group ?? 'app',
    };
  }

  #versionOf(config: Record<string, unknown>, previous?: Version): Version {
    const image = textOf(config.image) ?? '';
    if (image === '') throw refuse(400, 'invalid_argument: config.image required');
    const found = this.#host.images.find(image);
    if (found === undefined || this.#host.lags(image)) {
      throw refuse(400, `invalid_argument: could not find image "${image}": MANIFEST_UNKNOWN: manifest unknown`);
    }
    const instanceId = randomText(26, ULID);
    // An unchanged reference is not pulled again, even if its tag has moved (observed by DayriseA/checkout-surge, 2026-10).
    if (previous?.config.image === image) return { ...previous, instanceId, config };
    return { instanceId, config, imageRef: found.ref, build: found.build };
  }

  #refuseWhileChanging(): void {
    if (!PASSING_THROUGH.includes(this.state)) return;
    throw refuse(412, `failed_precondition: machine ${this.id} is ${this.state}`);
  }

  #enter(state: MachineState, type: string, source: MachineEvent['source'], request?: unknown): void {
    this.state = state;
    const event = { id: randomText(26, ULID), type, status: state, source, timestamp: Date.now() };
    this.events.unshift(request === undefined ? event : { ...event, request });
    this.#changed();
  }

  #changed(): void {
    this.updatedAt = new Date();
    this.#host.routesChanged();
    this.changes.notify();
  }
}

const leftStopped = 'machine was in a non-started state prior to the update so leaving the new version stopped';

/** superfly/fly-go machine_types.go, MachineRequest and MachineExitEvent. */
function exitEvent(status: number, { requested = false, restarting = false, restarts = 0 }): unknown {
  const exited_at = new Date().toISOString();
  return {
    ...(restarts > 0 && { restart_count: restarts }),
    exit_event: { exit_code: status, guest_exit_code: status, requested_stop: requested, restarting, exited_at },
  };
}
