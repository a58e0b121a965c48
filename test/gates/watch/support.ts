import { createServer, type RequestListener } from 'node:http';
import type { GateContext } from '../../../src/core/context.ts';
import { type GateReport, listFindings } from '../../../src/core/report.ts';
import { watch } from '../../../src/gates/watch/gate.ts';
import { planSignals } from '../../../src/gates/watch/plan.ts';
import { onCleanUp } from '../../support/clean-up.ts';
import { parseConfiguration } from '../../support/configuration.ts';
import { testContext } from '../../support/context.ts';
import { listen, stopServer } from '../../support/listen.ts';

export const commit = '0123456789abcdef0123456789abcdef01234567';

export async function serve(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  onCleanUp(() => stopServer(server));
  return listen(server);
}

interface Overrides {
  context?: Partial<GateContext>;
  /** Milliseconds since the epoch. Default: now. */
  releasedAt?: number;
  alpha?: number;
  /** The probes of the service, as in the configuration. */
  probes?: string;
}

/** Watches the signals of the service `api`, which answers at this URL. */
export async function watchSignals(signals: string, url: string, overrides: Overrides = {}): Promise<GateReport> {
  const text = `services: { api: { platform: fly, app: a, image: "img:\${commit}", url: "${url}" } }\nwatch: { api: { ${signals} } }${overrides.probes ? `\nprobe: { api: { ${overrides.probes} } }` : ''}`;
  const config = await parseConfiguration(text, { path: 'release-gates.yml', environment: '', commit });
  const context = testContext(overrides.context ?? {});
  const request = { services: [], longest: undefined, releasedAt: overrides.releasedAt ?? Date.now() };
  const planned = await planSignals(config, request, context);
  return watch({ signals: planned, alpha: overrides.alpha ?? 0.001, atLeast: 0 }, context);
}

export function codes(report: GateReport): string[] {
  return listFindings(report).map(({ severity, code }) => `${severity} ${code}`);
}
