import type { PlatformVariable } from '../platform.ts';
import type { FlyApi, Release, Secret } from './api.ts';
import { appMachines } from './live.ts';
import type { Machine } from './machine.ts';

/**
 * What the next deployment will have: the plain variables of the machines, and the secrets, of which only digests are
 * told.
 */
export async function variablesOf(app: string, api: FlyApi, signal: AbortSignal): Promise<PlatformVariable[]> {
  const [machines, secrets, releases] = await Promise.all([
    appMachines(app, api, signal),
    api.secrets(signal),
    api.releases(signal),
  ]);
  const plain = Object.entries(machines[0]?.config?.env ?? {}).map(([name, value]) => ({ name, value }));
  const since = oldestStart(machines, releases);
  return [
    ...plain,
    ...secrets.map(secret => ({
      name: secret.name,
      ...(secret.digest && { digest: secret.digest }),
      ...(isStaged(secret, since) && { staged: true }),
    })),
  ];
}

/**
 * A secret that was set after the release that runs is not in it yet (superfly/flyctl
 * internal/command/secrets/list.go).
 */
function isStaged({ updated_at, created_at }: Secret, since: number): boolean {
  const changed = Date.parse(updated_at ?? created_at ?? '');
  return changed > since; // false where either is not known
}

/** When the oldest of the releases was made that some machine runs, in milliseconds; NaN where that cannot be told. */
function oldestStart(machines: Machine[], releases: Release[]): number {
  const madeAt = new Map(releases.map(({ version, created_at }) => [String(version), Date.parse(created_at ?? '')]));
  const starts = machines.map(({ config }) => madeAt.get(config?.metadata?.fly_release_version ?? '') ?? Number.NaN);
  return starts.length === 0 ? Number.NaN : Math.min(...starts);
}
