import type { Agent, Dispatcher } from 'undici';
import { NetworkError, proxyFailed } from './network-error.ts';

const proxyVariables = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'];

export type AgentOptions = Agent.Options & {
  /** Whether a proxy must pass on everything after the request, as a WebSocket needs. TLS always does. */
  tunnel?: boolean;
};

/**
 * What makes connections: directly, or through the proxy of the environment (HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in
 * either case), as runners behind one set it.
 */
export async function createAgent({ tunnel = false, ...options }: AgentOptions): Promise<Dispatcher> {
  if (listProxies().length === 0) {
    const { Agent } = await import('./undici.ts');
    return new Agent(options);
  }
  const { EnvHttpProxyAgent } = await import('./undici-proxy.ts');
  const { connect, ...rest } = options;
  const tls = typeof connect === 'object' ? { connect, requestTls: connect } : {};
  return new EnvHttpProxyAgent({ ...rest, ...tls, proxyTunnel: tunnel });
}

/** The error as one of the proxy, which says nothing about the host behind it; undefined if it is another. */
export function toProxyError(error: unknown, target: string): NetworkError | undefined {
  for (const inner of listErrors(error)) {
    const fault = explainProxyFault(inner);
    if (fault !== undefined) return new NetworkError(proxyFailed, `${target} could not be sent: ${fault}`);
  }
  return undefined;
}

function explainProxyFault(error: Error): string | undefined {
  const [first] = listProxies();
  if (first === undefined) return undefined;
  // undici, lib/dispatcher/proxy-agent.js
  const status = /^Proxy response \((\d+)\)/.exec(error.message)?.[1];
  if (status !== undefined) return `the proxy ${first.host} answered ${status} to CONNECT`;
  if (error.message.startsWith('Proxy Authentication Required')) return `the proxy ${first.host} asks for credentials`;
  const { port, hostname } = error as { port?: unknown; hostname?: unknown };
  const proxy = listProxies().find(
    each => each.hostname === hostname || (port !== undefined && getPort(each) === port),
  );
  return proxy && `the proxy ${proxy.host} does not answer (${error.message})`;
}

function* listErrors(error: unknown): Generator<Error> {
  if (!(error instanceof Error)) return;
  yield error;
  if (error instanceof AggregateError) for (const inner of error.errors) yield* listErrors(inner);
  yield* listErrors(error.cause);
}

function listProxies(): URL[] {
  return proxyVariables.flatMap(name => URL.parse(process.env[name] ?? '') ?? []);
}

function getPort({ port, protocol }: URL): number {
  return Number(port) || (protocol === 'https:' ? 443 : 80);
}
