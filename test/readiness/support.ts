import { createServer, type RequestListener } from 'node:http';
import { parse } from 'yaml';
import type { GateContext } from '../../src/core/context.ts';
import { type GateReport, listFindings } from '../../src/core/report.ts';
import { probe } from '../../src/gates/probe/gate.ts';
import type { ProbeInputs } from '../../src/gates/probe/inputs.ts';
import { planTargets } from '../../src/readiness/targets.ts';
import { onCleanUp } from '../support/clean-up.ts';
import { parseConfiguration } from '../support/configuration.ts';
import { testContext } from '../support/context.ts';
import { listen, stopServer } from '../support/listen.ts';

export const commit = '0123456789abcdef0123456789abcdef01234567';

export const noInputs: ProbeInputs = {
  url: '',
  status: undefined,
  timeout: undefined,
  deadline: undefined,
  consecutive: undefined,
  for: undefined,
};

export async function serve(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  onCleanUp(() => stopServer(server));
  return listen(server);
}

/** What most tests are about: the first good answer is enough. What a target states itself stands. */
const atOnce = { consecutive: 1, for: '0s' };

function withTestDefaults(declared: object): object {
  if (!('any-of' in declared) || !Array.isArray(declared['any-of'])) return { ...atOnce, ...declared };
  return { ...declared, 'any-of': declared['any-of'].map(member => ({ ...atOnce, ...member })) };
}

/** Probes one target of the service `api`, which answers at this URL; as the configuration declares it, but at once. */
export async function probeOne(
  target: string,
  url = 'http://127.0.0.1:1',
  overrides: Partial<GateContext> = {},
): Promise<GateReport> {
  const declared = JSON.stringify(withTestDefaults(parse(`{ ${target} }`)));
  const text = `services: { api: { platform: fly, app: a, image: "img:\${commit}", url: "${url}" } }\nprobe: { api: { it: ${declared} } }`;
  const config = parseConfiguration(text, { path: 'release-gates.yml', environment: '', commit });
  const context = testContext(overrides);
  return probe(planTargets(config, [], context), context);
}

export function codes(report: GateReport): string[] {
  return listFindings(report).map(({ severity, code }) => `${severity} ${code}`);
}

export function seen(report: GateReport): string {
  return listFindings(report)
    .map(finding => finding.message)
    .join('\n');
}
