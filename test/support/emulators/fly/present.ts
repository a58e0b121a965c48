import type { FlyApp } from './app.ts';
import type { Machine } from './machine.ts';
import { inProgress, type Release, stable } from './releases.ts';

/** superfly/fly-go machine_types.go, Machine. */
export function machineView(machine: Machine): unknown {
  const { checks } = machine.workload;
  // Fly adds such a check for old clients; its own client removes it again (RemoveCompatChecks).
  const compatibility = checks.slice(0, 1).map(check => ({ ...check, name: 'bg_deployments_compat_http' }));
  return {
    id: machine.id,
    name: machine.name,
    state: machine.state,
    region: machine.region,
    image_ref: machine.imageRef,
    instance_id: machine.instanceId,
    version: machine.instanceId,
    private_ip: 'fdaa:0:1:a7b:1:0:0:2',
    created_at: machine.createdAt.toISOString(),
    updated_at: machine.updatedAt.toISOString(),
    config: machine.unreachable ? null : machine.config,
    ...(machine.unreachable && { incomplete_config: incompleteConfig(machine) }),
    events: machine.events,
    checks: [...checks, ...compatibility],
    host_status: machine.unreachable ? 'unreachable' : 'ok',
    cordoned: machine.cordoned,
  };
}

/**
 * superfly/fly-go machine_types.go, IncompleteConfig: not suitable to update the machine with. Unverified: which parts
 * of the configuration are in it.
 */
function incompleteConfig({ config: { image, metadata } }: Machine): unknown {
  return { image, metadata };
}

/** superfly/fly-go flaps/flaps_apps.go, App. */
export function appView(app: FlyApp): unknown {
  return {
    id: app.name,
    name: app.name,
    internal_numeric_id: 1,
    network: 'default',
    status: 'deployed',
    machine_count: app.machines.length,
    volume_count: 0,
    organization: { name: 'Acme', slug: 'acme', internal_numeric_id: 1 },
    cname_target: `a1b2c3.${app.name}.fly.dev`,
    app_role: 'app',
  };
}

/** superfly/flyctl internal/uiex/releases.go, Release. */
export function releaseView(release: Release): unknown {
  return {
    id: release.id,
    version: release.version,
    stable: stable(release),
    in_progress: inProgress(release),
    status: release.status,
    strategy: release.strategy,
    user: release.user,
    created_at: release.createdAt.toISOString(),
    image_ref: release.image,
  };
}
