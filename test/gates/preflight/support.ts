import { createServer, type RequestListener } from 'node:http';
import type { Clock } from '../../../src/core/clock.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { CommitFacts } from '../../../src/core/commit-facts.ts';
import type { GateContext } from '../../../src/core/context.ts';
import { createRecord } from '../../../src/core/record.ts';
import { type GateReport, listFindings } from '../../../src/core/report.ts';
import { preflight } from '../../../src/gates/preflight/gate.ts';
import { onCleanUp } from '../../support/clean-up.ts';
import { parseConfiguration } from '../../support/configuration.ts';
import { testContext } from '../../support/context.ts';
import { listen, stopServer } from '../../support/listen.ts';

export const commit = '0123456789abcdef0123456789abcdef01234567';

/** Answers each path with this JSON, or with `[status, JSON]`; what is asked for is kept. */
export async function serveJson(table: Record<string, unknown>): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const handler: RequestListener = (request, response) => {
    asked.push(`${request.headers.authorization ?? ''} ${request.method} ${request.url}`);
    const path = (request.url ?? '').split('?')[0] ?? '';
    const entry = table[path];
    const [status, body] =
      Array.isArray(entry) && typeof entry[0] === 'number' ? entry : [entry === undefined ? 404 : 200, entry];
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify(body ?? { message: 'not found' }));
  };
  const server = createServer(handler);
  onCleanUp(() => stopServer(server));
  return { url: await listen(server), asked };
}

/** A clock that shows this moment. */
export function clockAt(moment: string): Clock {
  return { ...systemClock, now: () => Date.parse(moment) };
}

const noFacts: CommitFacts = {
  checks: async () => [],
  pullRequest: async () => undefined,
  membersOfTeam: async () => [],
  alerts: async () => [],
  deployments: async () => [],
};

interface Run extends Partial<GateContext> {
  facts?: Partial<CommitFacts>;
  override?: string;
  /** More of the configuration. */
  more?: string;
}

/** Runs the gate on what stands below `preflight:`. */
export async function run(
  section: string,
  { facts, override = '', more = '', ...context }: Run = {},
): Promise<GateReport> {
  const config = parseConfiguration(`preflight: { ${section} }\n${more}`, {
    path: 'release-gates.yml',
    environment: '',
    commit,
  });
  const record = createRecord('production', commit);
  const options = { config, commit, facts: { ...noFacts, ...facts }, override, actor: 'ada', record };
  return preflight(options, testContext(context));
}

export function codes(report: GateReport): string[] {
  return listFindings(report).map(({ severity, code }) => `${severity} ${code}`);
}

export function seen(report: GateReport): string {
  return listFindings(report)
    .map(finding => finding.message)
    .join('\n');
}
