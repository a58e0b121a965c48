import { isRecord, recordOf, textOf } from '../values.ts';

/** superfly/fly-go machine_types.go, MachineCheckStatus. */
export interface CheckStatus {
  name: string;
  status: 'passing' | 'warning' | 'critical';
  output: string;
  updated_at: string;
}

export interface HealthCheck {
  name: string;
  path: string;
  method: string;
  /** Fails routing as well as health: it belongs to a service. */
  routing: boolean;
}

/** The checks of a machine's configuration: its own, and those of its services under Fly's generated names. */
export function checksOf(config: Record<string, unknown>): HealthCheck[] {
  const own = Object.entries(recordOf(config.checks)).map(([name, check]) => healthCheck(name, check, false));
  const services = Array.isArray(config.services) ? config.services : [];
  const ofServices = services.filter(isRecord).flatMap((service, index) => {
    const checks = Array.isArray(service.checks) ? service.checks : [];
    const number = String(index).padStart(2, '0');
    return checks.map(check =>
      healthCheck(
        `servicecheck-${number}-${textOf(recordOf(check).type) ?? 'tcp'}-${service.internal_port}`,
        check,
        true,
      ),
    );
  });
  return [...own, ...ofServices];
}

function healthCheck(name: string, value: unknown, routing: boolean): HealthCheck {
  const check = recordOf(value);
  return { name, path: textOf(check.path) ?? '/', method: textOf(check.method) ?? 'GET', routing };
}

export const notAskedYet = 'waiting for status update';

export function waiting(check: HealthCheck): CheckStatus {
  return critical(check, notAskedYet);
}

export function critical(check: HealthCheck, output: string): CheckStatus {
  return { name: check.name, status: 'critical', output, updated_at: new Date().toISOString() };
}

/** Asks the process once. */
export async function probe(check: HealthCheck, baseUrl: string, signal: AbortSignal): Promise<CheckStatus> {
  const timeout = AbortSignal.any([signal, AbortSignal.timeout(2_000)]);
  try {
    const response = await fetch(new URL(check.path, baseUrl), { method: check.method, signal: timeout });
    const output = await response.text();
    const status = response.ok ? 'passing' : 'critical';
    return { name: check.name, status, output: output.slice(0, 500), updated_at: new Date().toISOString() };
  } catch (error) {
    signal.throwIfAborted();
    return critical(check, error instanceof Error ? `connect: ${error.message}` : String(error));
  }
}
