import { createHash } from 'node:crypto';
import { type Build, type Domain, startDomain } from '../../deployments.ts';
import type { Background } from '../background.ts';
import { notAskedYet } from './health.ts';
import type { FlyDelays, Host } from './host.ts';
import { ImageRegistry } from './images.ts';
import { Machine } from './machine.ts';
import { Releases } from './releases.ts';

export interface FlyAppOptions {
  /** By image name, such as `registry.fly.io/pm-backend:deployment-1`. */
  builds: Record<string, Build>;
  /** Labels of the images, by image name. */
  labels?: Record<string, Record<string, string>>;
  /** What runs at first. */
  image: string;
  /** The fly.toml of the first release, as JSON. Default: the name of the app and nothing more. */
  definition?: unknown;
  /** Default 1. */
  machines?: number;
  env?: Record<string, string>;
  /** Values of the secrets; the API tells their names and digests only. */
  secrets?: Record<string, string>;
  /** Top-level checks by name, as in a machine's configuration. Default: one, `GET /health`. */
  checks?: Record<string, unknown>;
  services?: unknown[];
  /** Adds the stopped machine of an earlier release command, as an app with `release_command` has. Default false. */
  releaseCommandMachine?: boolean;
  /** How often a process that ends with an error is started again. Fly's own default is 10; here 1. */
  restarts?: number;
  /** Whether one that ends after it has started is started again too, as on Fly. Default false. */
  restartsLater?: boolean;
}

/** An app with its machines, its releases, and the domain that leads to those of its machines that serve. */
export class FlyApp {
  readonly name: string;
  readonly images: ImageRegistry;
  readonly releases = new Releases();
  readonly machines: Machine[] = [];
  readonly secrets: Map<string, string>;
  readonly domain: Domain;
  readonly createdAt = new Date();
  /** No host of its region takes a new machine (superfly/fly-go flaps/flaps_error.go, `insufficient_capacity`). */
  isFull = false;
  readonly #host: Host;
  readonly #failingPulls = new Set<string>();
  readonly #lags = new Map<string, number>();
  readonly #staged = new Map<string, Date>();

  private constructor(
    name: string,
    options: FlyAppOptions,
    domain: Domain,
    background: Background,
    delays: Required<FlyDelays>,
  ) {
    this.name = name;
    this.domain = domain;
    this.images = new ImageRegistry(options.builds, options.labels);
    this.secrets = new Map(Object.entries(options.secrets ?? {}));
    this.#host = {
      app: name,
      images: this.images,
      background,
      delays,
      restarts: options.restarts ?? 1,
      restartsLater: options.restartsLater ?? false,
      secrets: () => Object.fromEntries(this.secrets),
      pullFails: image => this.#failingPulls.has(stripDigest(image)),
      lags: image => {
        const name = stripDigest(image);
        const left = this.#lags.get(name) ?? 0;
        this.#lags.set(name, left - 1);
        return left > 0;
      },
      routesChanged: () => this.#route(),
    };
  }

  static async start(
    name: string,
    options: FlyAppOptions,
    background: Background,
    delays: Required<FlyDelays>,
  ): Promise<FlyApp> {
    const domain = await startDomain({ unreachable: { status: 502, body: '' }, nowhere: { status: 503, body: '' } });
    const app = new FlyApp(name, options, domain, background, delays);
    const release = app.releases.create(options.image, 'ROLLING', 'complete', options.definition ?? { app: name });
    const config = {
      image: options.image,
      init: {},
      env: options.env ?? {},
      checks: options.checks ?? { health: { type: 'http', port: 8080, method: 'get', path: '/health' } },
      services: options.services ?? [
        { protocol: 'tcp', internal_port: 8080, ports: [{ port: 443, handlers: ['tls', 'http'] }], checks: [] },
      ],
      restart: { policy: 'on-failure', max_retries: 10 },
      metadata: {
        fly_platform_version: 'v2',
        fly_process_group: 'app',
        fly_release_id: release.id,
        fly_release_version: String(release.version),
      },
    };
    const machines = Array.from({ length: options.machines ?? 1 }, () => app.addMachine(config));
    await Promise.all(machines.map(machine => machine.launch()));
    const wereAsked = ({ workload }: Machine) => workload.checks.every(({ output }) => output !== notAskedYet);
    await Promise.all(machines.map(machine => machine.changes.until(() => wereAsked(machine), background.signal)));
    if (options.releaseCommandMachine === true) {
      const metadata = { ...config.metadata, fly_process_group: 'fly_app_release_command' };
      const machine = app.addMachine({ ...config, checks: {}, services: [], auto_destroy: true, metadata });
      machine.state = 'stopped';
    }
    return app;
  }

  addMachine(config: Record<string, unknown>, region?: string): Machine {
    const machine = new Machine(this.#host, config, region);
    this.machines.push(machine);
    return machine;
  }

  /** Updates to this image are accepted and then given up, as when the registry cannot be reached. */
  failPull(image: string): void {
    this.#failingPulls.add(stripDigest(image));
  }

  /**
   * So many requests with this image are refused with MANIFEST_UNKNOWN, although the registry has it, as just after a
   * build (observed by DayriseA/checkout-surge, 2026-10).
   */
  lag(image: string, times: number): void {
    this.#lags.set(stripDigest(image), times);
  }

  /** Sets a secret without a deployment, as `fly secrets set --stage` does. */
  stage(name: string, value: string): void {
    this.secrets.set(name, value);
    this.#staged.set(name, new Date(Date.now() + 1000)); // later than the release, on any clock
  }

  /** Names and digests with the time they were set, in the order of the names. */
  get secretDigests(): { name: string; digest: string; setAt: Date }[] {
    return [...this.secrets]
      .map(([name, value]) => ({
        name,
        digest: createHash('sha256').update(value).digest('hex').slice(0, 16),
        setAt: this.#staged.get(name) ?? this.createdAt,
      }))
      .sort((one, other) => one.name.localeCompare(other.name));
  }

  async stop(): Promise<void> {
    await Promise.all(this.machines.map(machine => machine.workload.stop()));
    await this.domain.stop();
  }

  #route(): void {
    this.domain.point(
      this.machines.flatMap(machine => {
        const { process } = machine.workload;
        return machine.serves && process !== undefined ? [process] : [];
      }),
    );
  }
}

function stripDigest(image: string): string {
  return image.replace(/@.*/, '');
}
