import { Refused, Uncertain } from '../../clients/api/errors.ts';
import { type Finding, found } from '../../core/finding.ts';
import { hostRefuses } from './findings.ts';
import type { Machine } from './machine.ts';

/**
 * The words of flyctl (superfly/flyctl internal/command/deploy/machines_deploymachinesapp.go), and those that
 * DayriseA/checkout-surge has seen (packages/fly-machines). A 409 has no other mark.
 */
const words =
  /could not reserve resource for machine|deploys to this host are temporarily disabled|insufficient (?:cpus|memory|ips|resources) available|insufficient resources to|governor policy blocked start|insufficient_capacity|no capacity$/i;

/** What Fly.io says where it refuses for want of room on a host, or because the host takes no changes. */
export function findHostRefusal(error: unknown): string | undefined {
  const isRefusal = error instanceof Refused || error instanceof Uncertain;
  return isRefusal && words.test(error.said) ? error.said : undefined;
}

/** `what` opens the message: what the machine does not do. */
export function reportHostRefusal({ id, config }: Machine, what: string, said: string): Finding {
  const message = `${what} Fly.io says: ${said}`;
  if (!isBoundToHost({ config })) return found(hostRefuses, { message });
  const help = `Machine ${id} has a volume, which binds it to its host. Wait until the host takes updates, then run the gate again.`;
  return found(hostRefuses, { message, help });
}

/** Whether a new machine in its place would land on the same host, as with a volume. */
export function isBoundToHost({ config }: Pick<Machine, 'config'>): boolean {
  return (config?.mounts ?? []).length > 0;
}
