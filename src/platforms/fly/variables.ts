import type { PlatformVariable } from '../platform.ts';
import type { FlyApi, Release, Secret } from './api.ts';
import { listAppMachines } from './live.ts';
import type { Machine } from './machine.ts';

/** The variables of the next deployment: plain ones with their values, and secrets with their digests only. */
export async function listVariables(app: string, api: FlyApi, signal: AbortSignal): Promise<PlatformVariable[]> {
  const [machines, secrets, releases] = await Promise.all([
    listAppMachines(app, api, signal),
    api.listSecrets(signal),
    api.listReleases(signal),
  ]);
  const plain = Object.entries(machines[0]?.config?.env ?? {}).map(([name, value]) => ({ name, value }));
  const since = findOldestStart(machines, releases);
  return [
    ...plain,
    ...secrets.map(secret => ({
      name: secret.name,
      ...(secret.digest && { digest: secret.digest }),
      ...(isStaged(secret, since) && { staged: true }),
    })),
  ];
}

/** The running release lacks a secret that was set after it (superfly/flyctl internal/command/secrets/list.go). */
function isStaged({ updated_at, created_at }: Secret, since: number): boolean {
  const changed = Date.parse(updated_at ?? created_at ?? '');
  return changed > since; // false where either is unknown
}

/** When the oldest release that some machine runs was made, in milliseconds; NaN where that is unknown. */
function findOldestStart(machines: Machine[], releases: Release[]): number {
  const madeAt = new Map(releases.map(({ version, created_at }) => [String(version), Date.parse(created_at ?? '')]));
  const starts = machines.map(({ config }) => madeAt.get(config?.metadata?.fly_release_version ?? '') ?? Number.NaN);
  return starts.length === 0 ? Number.NaN : Math.min(...starts);
}
