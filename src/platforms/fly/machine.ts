import * as z from 'zod';
import { commitInTag, pinDigest } from '../image.ts';

const checkSchema = z.looseObject({ name: z.string(), status: z.string().default(''), output: z.string().nullish() });

const configSchema = z.looseObject({
  image: z.string().optional(),
  metadata: z.record(z.string(), z.string()).nullish(),
  checks: z.record(z.string(), z.unknown()).nullish(),
  services: z.array(z.looseObject({ checks: z.array(z.unknown()).nullish() })).nullish(),
  schedule: z.string().nullish(),
  env: z.record(z.string(), z.string()).nullish(),
  /** One machine can run several images (docs: Fly Machines, containers). */
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
 * superfly/fly-go machine_types.go, Machine: what is used of it. Unknown keys are kept, since an update sends all back.
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

/** superfly/fly-go machine_types.go: process groups that Fly.io makes for itself. */
const reservedGroups = ['fly_app_release_command', 'fly_app_console', 'fly_app_test_machine_command'];
const gone = ['destroyed', 'destroying', 'replaced', 'migrated'];

/**
 * The machines that are the app: not those of a release command, a console or a schedule, not those that are gone; and
 * where `fly deploy` manages some, only those.
 */
export function machinesOfApp(machines: Machine[]): Machine[] {
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

/** The image that the machine runs, by digest where it is known. */
export function imageOf({ config, image_ref }: Machine): string {
  return pinDigest(config?.image ?? '', image_ref?.digest ?? undefined);
}

/** The keys under which a deploy notes its commit. They count only while the image is the one they were noted for. */
export const commitKey = 'release_gates_commit';
export const imageKey = 'release_gates_image';

/** The commit that the machine runs: noted by a deploy, in a label of the image, or as its tag; if anywhere. */
export function commitOf({ config, image_ref }: Machine): string | undefined {
  const { [commitKey]: noted, [imageKey]: notedFor } = config?.metadata ?? {};
  if (noted && notedFor === config?.image) return noted;
  // `fly deploy` on GitHub Actions labels its images (superfly/flyctl internal/command/deploy/deploy_build.go).
  const labels = image_ref?.labels ?? {};
  const label = labels['org.opencontainers.image.revision'] ?? labels.GH_SHA;
  return label ?? commitInTag(config?.image ?? '');
}

/** How many checks a machine has to pass; its answer lists none of them until they have run. */
export function configuredChecks({ config }: Machine): number {
  const ofServices = (config?.services ?? []).map(service => service.checks?.length ?? 0);
  return Object.keys(config?.checks ?? {}).length + ofServices.reduce((sum, count) => sum + count, 0);
}

/** The checks that someone declared; Fly.io adds others for old clients (superfly/fly-go RemoveCompatChecks). */
export function declaredChecks({
  checks,
}: Machine): { name: string; status: string; output?: string | null | undefined }[] {
  return (checks ?? []).filter(check => !check.name.startsWith('bg_deployments_compat'));
}

/** The status that its process last ended with and was not started again after; undefined where there is none. */
export function finalExit(machine: Machine): number | undefined {
  const exit = lastExit(machine);
  return exit && !exit.restarting ? (exit.exit_code ?? 0) : undefined;
}

/** Whether it was stopped by intent and is to stay so; one whose process broke down is not, and is to be started. */
export function isAsleep(machine: Machine): boolean {
  if (['started', 'starting', 'failed', 'launch_failed'].includes(machine.state)) return false;
  const exit = lastExit(machine);
  return !exit || exit.requested_stop === true || (exit.exit_code ?? 0) === 0;
}

/** Whether its process has broken down for good, or runs and fails a check. */
export function isDown(machine: Machine): boolean {
  if (machine.state === 'started') return declaredChecks(machine).some(({ status }) => status === 'critical');
  return ['stopped', 'failed', 'launch_failed'].includes(machine.state) && !isAsleep(machine);
}

function lastExit({ events }: Machine) {
  return events?.find(event => event.request?.exit_event)?.request?.exit_event;
}
