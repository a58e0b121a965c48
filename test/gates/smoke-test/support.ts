import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { GateContext } from '../../../src/core/context.ts';
import type { ReleaseRecord } from '../../../src/core/record.ts';
import { type GateReport, listFindings } from '../../../src/core/report.ts';
import { type SmokeReport, smokeTest } from '../../../src/gates/smoke-test/gate.ts';
import { planSmoke } from '../../../src/gates/smoke-test/plan/plan.ts';
import { parseConfiguration } from '../../support/configuration.ts';
import { testContext } from '../../support/context.ts';

export interface RunningServer {
  url: string;
  server: Server;
  /** What was asked, such as `GET /health`. */
  asked: string[];
  stop(): Promise<void>;
}

/** A server on a free port that remembers what it was asked. */
export async function serve(listener: RequestListener): Promise<RunningServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${port}`, server, asked, stop };
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  return text(request);
}

/**
 * Runs the flows of a `smoke:` section against one service, and what others there are, as they are declared. Throws
 * what planning throws.
 */
export async function smoke(
  url: string,
  section: string,
  context: GateContext = testContext(),
  {
    commit = '',
    record = undefined as ReleaseRecord | undefined,
    flows = [] as string[],
    tags = [] as string[],
    others = [] as string[],
  } = {},
): Promise<SmokeReport> {
  const config = configurationOf(url, section, commit, others);
  return smokeTest(planSmoke(config, { flows, tags }, context, record), context);
}

export function configurationOf(url: string, section: string, commit = '', others: string[] = []) {
  const services = [`api: { platform: fly, app: api, url: "${url}" }`, ...others].join('\n  ');
  const text = `services:\n  ${services}\nsmoke:\n${indent(section)}`;
  return parseConfiguration(text, { path: 'release-gates.yml', environment: '', commit });
}

/** What was found, as `code at line: what was seen`. */
export function seenIn(report: GateReport): string[] {
  return listFindings(report).map(({ code, message, place }) => `${code} at ${place?.line}: ${message}`);
}

function indent(section: string): string {
  return section.replace(/^/gm, '  ');
}
