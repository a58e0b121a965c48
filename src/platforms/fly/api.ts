import * as z from 'zod';
import { createApi } from '../../clients/api/api.ts';
import { refused } from '../../clients/api/findings.ts';
import { GateError } from '../../core/errors.ts';
import { found } from '../../core/finding.ts';
import type { PlatformDependencies } from '../platform.ts';
import { type Machine, type MachineConfig, machineSchema } from './machine.ts';
import { checkImage, type ImageCheck } from './registry.ts';
import { readFlyToken } from './token.ts';

const errorSchema = z.looseObject({ error: z.string().optional(), message: z.string().optional() });
const leaseSchema = z.looseObject({ data: z.looseObject({ nonce: z.string() }) });
const releaseSchema = z.looseObject({
  id: z.string(),
  version: z.number(),
  status: z.string().default(''),
  image_ref: z.string().nullish(),
  created_at: z.string().nullish(),
});
const secretsSchema = z.looseObject({
  secrets: z.array(
    z.looseObject({
      name: z.string(),
      digest: z.string().optional(),
      created_at: z.string().nullish(),
      updated_at: z.string().nullish(),
    }),
  ),
});
const logsSchema = z.looseObject({
  data: z.array(
    z.looseObject({ attributes: z.looseObject({ timestamp: z.string().optional(), message: z.string() }) }),
  ),
});
/** GraphQL errors come with status 200. */
const definitionSchema = z.looseObject({
  data: z
    .looseObject({
      app: z
        .looseObject({
          currentReleaseUnprocessed: z.looseObject({ configDefinition: z.unknown().optional() }).nullish(),
        })
        .nullish(),
    })
    .nullish(),
  errors: z.array(z.looseObject({ message: z.string() })).optional(),
});

export type Release = z.infer<typeof releaseSchema>;
export type Secret = z.infer<typeof secretsSchema>['secrets'][number];

export interface LogLine {
  /** Milliseconds since the epoch; NaN where the line has no time. */
  at: number;
  text: string;
}

/** Fly.io's APIs for one app. Every method throws as `Api` does. */
export interface FlyApi {
  listMachines(signal: AbortSignal): Promise<Machine[]>;
  readMachine(id: string, signal: AbortSignal): Promise<Machine>;
  updateMachine(id: string, update: Update, signal: AbortSignal): Promise<Machine>;
  /** Creates a machine without starting it. */
  createMachine(machine: Pick<Machine, 'config' | 'region'>, signal: AbortSignal): Promise<Machine>;
  /** Stops and destroys a machine whose lease is held. */
  destroyMachine(id: string, nonce: string, signal: AbortSignal): Promise<void>;
  /** Starts a machine whose lease is held. */
  startMachine(id: string, nonce: string, signal: AbortSignal): Promise<void>;
  /** Takes the lease of a machine, and returns its nonce. */
  takeLease(id: string, seconds: number, signal: AbortSignal): Promise<string>;
  /** Keeps a lease that was taken. */
  extendLease(id: string, lease: Lease, signal: AbortSignal): Promise<void>;
  releaseLease(id: string, nonce: string, signal: AbortSignal): Promise<void>;
  /** Returns when this instance of the machine has started or stopped, or after so many seconds (1 to 60). */
  waitForInstance(id: string, { instance, seconds }: InstanceWait, signal: AbortSignal): Promise<void>;
  /** The fly.toml of the current release. */
  readDefinition(signal: AbortSignal): Promise<unknown>;
  createRelease(image: string, definition: unknown, signal: AbortSignal): Promise<Release>;
  updateRelease(id: string, status: ReleaseStatus, signal: AbortSignal): Promise<void>;
  /** The newest releases first. */
  listReleases(signal: AbortSignal): Promise<Release[]>;
  /** Names and digests. */
  listSecrets(signal: AbortSignal): Promise<Secret[]>;
  /** What the registry says of an image. */
  checkImage(image: string, signal: AbortSignal): Promise<ImageCheck>;
  /** The last lines of one machine, or of all. */
  readLog(machine: string, signal: AbortSignal): Promise<LogLine[]>;
}

export interface Lease {
  nonce: string;
  /** From now on. */
  seconds: number;
}

export interface InstanceWait {
  instance: string;
  seconds: number;
}

export interface Update {
  config: MachineConfig;
  nonce: string;
  /** Leaves a stopped machine stopped. */
  skipLaunch: boolean;
}

/** The statuses that flyctl writes (superfly/flyctl internal/command/deploy/machines.go). */
export type ReleaseStatus = 'running' | 'complete' | 'failed' | 'interrupted';

const mostLogLines = 40;

export function createFlyApi(app: string, { context, timeout = 30_000 }: PlatformDependencies): FlyApi {
  const { variables } = context;
  const authorization = readFlyToken(context);
  const machinesOnly = { authorization: `${authorization.scheme} ${authorization.macaroons}` };
  const vendor = {
    name: 'Fly.io',
    headers: machinesOnly,
    variable: 'FLY_API_TOKEN',
    tokenHelp: `Create a token with \`fly tokens create deploy -a ${app}\`, and store it as the secret FLY_API_TOKEN.`,
    findMessage: (body: unknown) => {
      const { error, message } = errorSchema.safeParse(body).data ?? {};
      return error ?? message;
    },
    timeout,
  };
  // flyctl reads the same variables (superfly/flyctl internal/config/config.go, internal/uiex/client.go).
  const apiUrl = trimBaseUrl(variables.FLY_API_BASE_URL, 'https://api.fly.io');
  const flaps = createApi(
    { ...vendor, baseUrl: trimBaseUrl(variables.FLY_FLAPS_BASE_URL, 'https://api.machines.dev') },
    context,
  );
  const logs = createApi({ ...vendor, baseUrl: apiUrl }, context);
  const graphql = createApi(
    { ...vendor, baseUrl: apiUrl, headers: { authorization: `${authorization.scheme} ${authorization.all}` } },
    context,
  );
  const releases = createApi(
    {
      ...vendor,
      baseUrl: trimBaseUrl(variables.FLY_UIEX_BASE_URL, apiUrl),
      headers: { authorization: `Bearer ${authorization.all}` },
    },
    context,
  );
  const machines = `/v1/apps/${encodeURIComponent(app)}/machines`;
  const theMachine = (id: string) => `the machine ${id} of the app ${app}`;

  return {
    listMachines: signal =>
      flaps(z.array(machineSchema), { method: 'GET', path: machines, what: `the app ${app}`, signal }),
    readMachine: (id, signal) =>
      flaps(machineSchema, { method: 'GET', path: `${machines}/${id}`, what: theMachine(id), signal }),
    updateMachine: (id, { config, nonce, skipLaunch }, signal) =>
      flaps(machineSchema, {
        method: 'POST',
        path: `${machines}/${id}`,
        what: theMachine(id),
        body: { config, skip_launch: skipLaunch },
        headers: { [nonceHeader]: nonce },
        signal,
      }),
    createMachine: ({ config, region }, signal) =>
      flaps(machineSchema, {
        method: 'POST',
        path: machines,
        what: `a machine of the app ${app}`,
        body: { config, region, skip_launch: true },
        signal,
      }),
    destroyMachine: async (id, nonce, signal) => {
      await flaps(z.unknown(), {
        method: 'DELETE',
        path: `${machines}/${id}?force=true`, // docs: Machines API, delete a machine permanently
        what: theMachine(id),
        headers: { [nonceHeader]: nonce },
        repeatable: true,
        signal,
      });
    },
    startMachine: async (id, nonce, signal) => {
      await flaps(z.unknown(), {
        method: 'POST',
        path: `${machines}/${id}/start`,
        what: theMachine(id),
        headers: { [nonceHeader]: nonce },
        repeatable: true, // a started machine stays started
        signal,
      });
    },
    takeLease: async (id, seconds, signal) => {
      const { data } = await flaps(leaseSchema, {
        method: 'POST',
        path: `${machines}/${id}/lease?ttl=${seconds}`,
        what: `the lease of ${theMachine(id)}`,
        signal,
      });
      return data.nonce;
    },
    extendLease: async (id, { nonce, seconds }, signal) => {
      await flaps(leaseSchema, {
        method: 'POST',
        path: `${machines}/${id}/lease?ttl=${seconds}`,
        what: `the lease of ${theMachine(id)}`,
        headers: { [nonceHeader]: nonce },
        repeatable: true,
        signal,
      });
    },
    releaseLease: async (id, nonce, signal) => {
      await flaps(z.unknown(), {
        method: 'DELETE',
        path: `${machines}/${id}/lease`,
        what: `the lease of ${theMachine(id)}`,
        headers: { [nonceHeader]: nonce },
        repeatable: true,
        signal,
      });
    },
    waitForInstance: async (id, { instance, seconds }, signal) => {
      const query = new URLSearchParams([
        ['state', 'started'],
        ['state', 'stopped'],
        ['instance_id', instance],
        ['timeout', String(seconds)],
      ]);
      await flaps(z.unknown(), {
        method: 'GET',
        path: `${machines}/${id}/wait?${query}`,
        what: theMachine(id),
        timeout: seconds * 1000 + timeout,
        signal,
      });
    },
    readDefinition: async signal => {
      const query = 'query($name: String!) { app(name: $name) { currentReleaseUnprocessed { configDefinition } } }';
      const { data, errors } = await graphql(definitionSchema, {
        method: 'POST',
        path: '/graphql',
        what: `the configuration of the app ${app}`,
        body: { query, variables: { name: app } },
        repeatable: true,
        signal,
      });
      if (!data?.app) {
        const message = `Fly.io does not return the configuration of the app ${app}: ${errors?.map(({ message }) => message).join('; ') ?? 'it does not know the app'}`;
        throw new GateError([found(refused, { message })]);
      }
      return data.app.currentReleaseUnprocessed?.configDefinition;
    },
    createRelease: async (image, definition, signal) => {
      const { release } = await releases(z.looseObject({ release: releaseSchema }), {
        method: 'POST',
        path: '/api/v1/releases',
        what: `a release of the app ${app}`,
        body: { app_name: app, build_id: 0, definition, image, strategy: 'ROLLING' },
        signal,
      });
      return release;
    },
    updateRelease: async (id, status, signal) => {
      await releases(z.unknown(), {
        method: 'PATCH',
        path: `/api/v1/releases/${encodeURIComponent(id)}`,
        what: `the release ${id} of the app ${app}`,
        body: { status, metadata: null },
        repeatable: true,
        signal,
      });
    },
    listReleases: async signal => {
      const answer = await releases(z.looseObject({ releases: z.array(releaseSchema) }), {
        method: 'GET',
        path: `/api/v1/apps/${encodeURIComponent(app)}/releases?limit=25`,
        what: `the releases of the app ${app}`,
        signal,
      });
      return answer.releases;
    },
    listSecrets: async signal => {
      const path = `/v1/apps/${encodeURIComponent(app)}/secrets`;
      const answer = await flaps(secretsSchema, { method: 'GET', path, what: `the secrets of the app ${app}`, signal });
      return answer.secrets;
    },
    checkImage: (image, signal) => checkImage(image, authorization.macaroons, context, { timeout, signal }),
    readLog: async (machine, signal) => {
      const { data } = await logs(logsSchema, {
        method: 'GET',
        path: `/api/v1/apps/${encodeURIComponent(app)}/logs?next_token=${machine && `&instance=${machine}`}`,
        what: machine ? `the log of ${theMachine(machine)}` : `the log of the app ${app}`,
        signal,
      });
      return data
        .slice(-mostLogLines)
        .map(({ attributes }) => ({ at: Date.parse(attributes.timestamp ?? ''), text: attributes.message }));
    },
  };
}

/** superfly/fly-go flaps/flaps_machines.go. */
const nonceHeader = 'fly-machine-lease-nonce';

function trimBaseUrl(text: string | undefined, standard: string): string {
  return (text || standard).replace(/\/+$/, '');
}
