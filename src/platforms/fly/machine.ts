import * as z from 'zod';
import { findCommitInTag, pinDigest } from '../image.ts';

const checkSchema = z.looseObject({ name: z.string(), status: z.string().default(''), output: z.string().nullish() });

const configSchema = z.looseObject({
  image: z.string().optional(),
  metadata: z.record(z.string(), z.string()).nullish(),
  checks: z.record(z.string(), z.unknown()).nullish(),
  services: z
    .array(
      z.looseObject({
        checks: z.array(z.unknown()).nullish(),
        /** `off`, `stop` or `suspend`; a boolean in older configurations. */
        autostop: z.union([z.boolean(), z.string()]).nullish(),
      }),
    )
    .nullish(),
  mounts: z.array(z.unknown()).nullish(),
  schedule: z.string().nullish(),
  env: z.record(z.string(), z.string()).nullish(),
  /** A machine can run several images (docs: Fly Machines, containers). */
  containers: z.array(z.unknown()).nullish(),
});

const exitSchema = z.looseObject({
  exit_code: z.number().nullish(),
  requested_stop: z.boolean().nullish(),
  restarting: z.boolean().nullish(),
});

const eventSchema = z.looseObject({
  type: z.string().default(''),
  /** Milliseconds since the epoch. */
  timestamp: z.number().optional(),
  request: z
    .looseObject({
      restart_count: z.number().nullish(),
      exit_event: exitSchema.nullish(),
      /** Has the exit instead, in some events (superfly/fly-go machine_types.go, GetExitCode). */
      MonitorEvent: z.looseObject({ exit_event: exitSchema.nullish() }).nullish(),
    })
    .nullish(),
});

/**
 * superfly/fly-go machine_types.go, Machine: the parts in use. Unknown keys stay, since an update sends everything back.
 */
export const machineSchema = z.looseObject({
  id: z.string(),
  state: z.string(),
  instance_id: z.string().optional(),
  region: z.string().optional(),
  updated_at: z.string().optional(),
  image_ref: z
    .looseObject({ digest: z.string().nullish(), labels: z.record(z.string(), z.string()).nullish() })
    .nullish(),
  config: configSchema.nullish(),
  host_status: z.string().nullish(),
  /** Instead of `config` where the host cannot be reached. It is not fit for an update. */
  incomplete_config: configSchema.nullish(),
  checks: z.array(checkSchema).nullish(),
  events: z.array(eventSchema).nullish(),
});

export type Machine = z.infer<typeof machineSchema>;
export type MachineConfig = z.infer<typeof configSchema>;

/** Process groups that Fly.io makes for itself (superfly/fly-go machine_types.go). */
const reservedGroups = ['fly_app_release_command', 'fly_app_console', 'fly_app_test_machine_command'];
const gone = ['destroyed', 'destroying', 'replaced', 'migrated'];

/**
 * The machines that serve the app, without those of a release command, a console or a schedule, and those that are gone.
 * Where `fly deploy` manages some machines, only those.
 */
export function selectAppMachines(machines: Machine[]): Machine[] {
  const serving = machines.filter(machine => {
    const config = getConfig(machine);
    const { fly_process_group: group = '', process_group = '' } = config?.metadata ?? {};
    const reserved = reservedGroups.includes(group) || process_group === 'release_command';
    return !isGone(machine) && !reserved && !config?.schedule;
  });
  const isManaged = (machine: Machine) => getConfig(machine)?.metadata?.fly_platform_version === 'v2';
  // Nothing is known of some machines on hosts that cannot be reached, so they count as the app's.
  const managed = serving.filter(machine => isManaged(machine) || getConfig(machine) === undefined);
  return managed.some(isManaged) ? managed : serving;
}

/** What is known of the configuration, also where the host cannot be reached. */
export function getConfig({ config, incomplete_config }: Machine): MachineConfig | undefined {
  return config ?? incomplete_config ?? undefined;
}

/** Whether Fly.io cannot reach the host, so that the machine cannot be updated. */
export function isUnreachable({ config, host_status }: Machine): boolean {
  return !config || host_status === 'unreachable';
}

export function isGone({ state }: Pick<Machine, 'state'>): boolean {
  return gone.includes(state);
}

/** The image that the machine runs, with its digest where that is known. */
export function getImage(machine: Machine): string {
  return pinDigest(getConfig(machine)?.image ?? '', machine.image_ref?.digest ?? undefined);
}

/** The metadata in which a deploy notes its commit. It counts only for the image that it was noted for. */
export const commitKey = 'release_gates_commit';
export const imageKey = 'release_gates_image';

/** The metadata by which a machine that replaces another is found again. */
export const replacesKey = 'release_gates_replaces';

/** The metadata of a machine on the way to a target: without the notes of an earlier deploy, and with those of this. */
export function buildMetadata(
  { metadata }: MachineConfig,
  { image, commit }: { image: string; commit: string | undefined },
  release: { id: string; version: number } | undefined,
): Record<string, string> {
  const { [commitKey]: _commit, [imageKey]: _image, [replacesKey]: _replaced, ...kept } = metadata ?? {};
  return {
    ...kept,
    ...(release && { fly_release_id: release.id, fly_release_version: String(release.version) }),
    ...(commit && { [commitKey]: commit, [imageKey]: image }),
  };
}

/**
 * The commit that the machine runs: from the note of a deploy, the tag of the image, or a label of the image. The label
 * of the OCI comes last, since a base image such as `oven/bun` hands its own down. `GH_SHA` is the GITHUB_SHA of the
 * workflow that ran `fly deploy` (superfly/flyctl internal/command/deploy/deploy_build.go).
 */
export function findCommit(machine: Machine): string | undefined {
  const { image = '', metadata } = getConfig(machine) ?? {};
  const { [commitKey]: noted, [imageKey]: notedFor } = metadata ?? {};
  if (noted && notedFor === image) return noted;
  const labels = machine.image_ref?.labels ?? {};
  return findCommitInTag(image) ?? labels.GH_SHA ?? labels['org.opencontainers.image.revision'];
}

/** How many checks a machine has to pass. The API lists a check only after its first run. */
export function countConfiguredChecks({ config }: Machine): number {
  const ofServices = (config?.services ?? []).map(service => service.checks?.length ?? 0);
  return Object.keys(config?.checks ?? {}).length + ofServices.reduce((sum, count) => sum + count, 0);
}

/** The declared checks. Fly.io adds others for old clients (superfly/fly-go RemoveCompatChecks). */
export function listDeclaredChecks({
  checks,
}: Machine): { name: string; status: string; output?: string | null | undefined }[] {
  return (checks ?? []).filter(check => !check.name.startsWith('bg_deployments_compat'));
}

/** The time of the newest event of a machine, so that what comes after it can be told apart. */
export function findNewestEvent({ events }: Machine): number {
  return Math.max(0, ...(events ?? []).map(({ timestamp = 0 }) => timestamp));
}

/**
 * The exit status of a process that ended by itself after a time and is not being restarted; otherwise undefined. A
 * machine that someone stopped has no such status.
 */
export function findFinalExit(machine: Machine, after: number): number | undefined {
  const { exit } = findLastExit(machine, after) ?? {};
  return exit && !exit.restarting && !exit.requested_stop ? (exit.exit_code ?? 0) : undefined;
}

/** Whether its process crashes again and again (superfly/flyctl internal/machine/leasable_machine.go). */
export function isCrashLooping(machine: Machine, after: number): boolean {
  const { exit, restarts = 0 } = findLastExit(machine, after) ?? {};
  return exit?.restarting === true && !exit.requested_stop && restarts > 1 && exit.exit_code !== 0;
}

/** Whether someone stopped the machine, so that it should stay stopped. One whose process crashed is not asleep. */
export function isAsleep(machine: Machine): boolean {
  if (isSuspended(machine) || machine.state === 'created') return true;
  if (!['stopped', 'stopping'].includes(machine.state)) return false;
  const { exit } = findLastExit(machine) ?? {};
  return !exit || exit.requested_stop === true || (exit.exit_code ?? 0) === 0;
}

function isSuspended({ state }: Machine): boolean {
  return ['suspended', 'suspending'].includes(state);
}

/** Whether the proxy stops the machine while nobody uses it (docs: Fly.io, autostop/autostart machines). */
export function mayStopWhenIdle({ config }: Machine): boolean {
  return (config?.services ?? []).some(({ autostop }) => autostop === true || /^(?:stop|suspend)$/.test(`${autostop}`));
}

/** Whether its process has crashed for good, or runs and fails a check, or nobody can reach its host. */
export function isDown(machine: Machine): boolean {
  if (isUnreachable(machine)) return true;
  if (machine.state === 'started') return listDeclaredChecks(machine).some(({ status }) => status === 'critical');
  return ['stopped', 'failed', 'launch_failed'].includes(machine.state) && !isAsleep(machine);
}

function findLastExit({ events }: Machine, after = 0) {
  for (const { request, timestamp = Number.POSITIVE_INFINITY } of events ?? []) {
    const exit = request?.MonitorEvent?.exit_event ?? request?.exit_event;
    if (exit && timestamp > after) return { exit, restarts: request?.restart_count ?? 0 };
  }
  return undefined;
}
