import * as z from 'zod';
import { findCommitInTag, pinDigest } from '../image.ts';

const checkSchema = z.looseObject({ name: z.string(), status: z.string().default(''), output: z.string().nullish() });

const configSchema = z.looseObject({
  image: z.string().optional(),
  metadata: z.record(z.string(), z.string()).nullish(),
  checks: z.record(z.string(), z.unknown()).nullish(),
  services: z.array(z.looseObject({ checks: z.array(z.unknown()).nullish() })).nullish(),
  schedule: z.string().nullish(),
  env: z.record(z.string(), z.string()).nullish(),
  /** A machine can run several images (docs: Fly Machines, containers). */
  containers: z.array(z.unknown()).nullish(),
});

const eventSchema = z.looseObject({
  type: z.string().default(''),
  request: z
    .looseObject({
      exit_event: z
        .looseObject({
          exit_code: z.number().nullish(),
          requested_stop: z.boolean().nullish(),
          restarting: z.boolean().nullish(),
        })
        .nullish(),
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
  updated_at: z.string().optional(),
  image_ref: z
    .looseObject({ digest: z.string().nullish(), labels: z.record(z.string(), z.string()).nullish() })
    .nullish(),
  config: configSchema.nullish(),
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
  const serving = machines.filter(({ state, config }) => {
    const { fly_process_group: group = '', process_group = '' } = config?.metadata ?? {};
    const reserved = reservedGroups.includes(group) || process_group === 'release_command';
    return !isGone({ state }) && !reserved && !config?.schedule;
  });
  const managed = serving.filter(({ config }) => config?.metadata?.fly_platform_version === 'v2');
  return managed.length > 0 ? managed : serving;
}

export function isGone({ state }: Pick<Machine, 'state'>): boolean {
  return gone.includes(state);
}

/** The image that the machine runs, with its digest where that is known. */
export function getImage({ config, image_ref }: Machine): string {
  return pinDigest(config?.image ?? '', image_ref?.digest ?? undefined);
}

/** The metadata in which a deploy notes its commit. It counts only for the image that it was noted for. */
export const commitKey = 'release_gates_commit';
export const imageKey = 'release_gates_image';

/** The commit that the machine runs: from the note of a deploy, a label of the image, or its tag. */
export function findCommit({ config, image_ref }: Machine): string | undefined {
  const { [commitKey]: noted, [imageKey]: notedFor } = config?.metadata ?? {};
  if (noted && notedFor === config?.image) return noted;
  // `fly deploy` on GitHub Actions labels its images (superfly/flyctl internal/command/deploy/deploy_build.go).
  const labels = image_ref?.labels ?? {};
  const label = labels['org.opencontainers.image.revision'] ?? labels.GH_SHA;
  return label ?? findCommitInTag(config?.image ?? '');
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

/** The exit status of a process that ended and is not being restarted; otherwise undefined. */
export function findFinalExit(machine: Machine): number | undefined {
  const exit = findLastExit(machine);
  return exit && !exit.restarting ? (exit.exit_code ?? 0) : undefined;
}

/** Whether someone stopped the machine, so that it should stay stopped. One whose process crashed is not asleep. */
export function isAsleep(machine: Machine): boolean {
  if (['started', 'starting', 'failed', 'launch_failed'].includes(machine.state)) return false;
  const exit = findLastExit(machine);
  return !exit || exit.requested_stop === true || (exit.exit_code ?? 0) === 0;
}

/** Whether its process has crashed for good, or runs and fails a check. */
export function isDown(machine: Machine): boolean {
  if (machine.state === 'started') return listDeclaredChecks(machine).some(({ status }) => status === 'critical');
  return ['stopped', 'failed', 'launch_failed'].includes(machine.state) && !isAsleep(machine);
}

function findLastExit({ events }: Machine) {
  return events?.find(event => event.request?.exit_event)?.request?.exit_event;
}
