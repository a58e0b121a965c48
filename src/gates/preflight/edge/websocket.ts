import { sendRequest } from '../../../clients/http.ts';
import { toNetworkError } from '../../../clients/network-error.ts';
import { connectWebsocket, UpgradeRefused } from '../../../clients/websocket.ts';
import type { Edge } from '../../../config/schema/preflight/edge.ts';
import { type Check, concludeFrom } from '../../../core/check.ts';
import { type Finding, type FindingKind, found, type Place } from '../../../core/finding.ts';
import { detectCache } from '../../../readiness/http/cache.ts';
import { noUpgrade } from '../../../readiness/probers/websocket.ts';

export const cachedWebsocketPath: FindingKind = {
  code: 'network/websocket-path-cached',
  severity: 'error',
  boundary: 'delivery',
  meaning:
    'The edge keeps answers of the WebSocket path, so clients can be given an old answer instead of a connection.',
  cause: 'A cache rule that covers the whole host.',
  help: 'Take the path out of the cache rules of the CDN, and send `Cache-Control: no-store` there.',
};

const timeout = 10_000;

/**
 * Whether the path upgrades through the edge, and is not cached there. A refusal for want of a token shows that it is
 * passed on.
 */
export function websocketCheck(name: string, { host, port, websocket }: Edge, place: Place): Check | undefined {
  if (websocket === undefined) return undefined;
  const url = `https://${host}${port === 443 ? '' : `:${port}`}${websocket}`;
  return {
    name: `edge.${name}.websocket`,
    boundary: 'delivery',
    run: async signal => {
      try {
        const refusal = await upgrade(url, signal);
        const findings: Finding[] = [];
        const needsToken = refusal?.status === 401 || refusal?.status === 403;
        if (refusal && !needsToken)
          findings.push(found(noUpgrade, { message: `${refusal.message}, expected a WebSocket.`, place }));
        const plain = { method: 'GET', url, timeout, signal, fresh: 'http/1.1' } as const;
        await sendRequest(plain); // what the first one leaves in a cache, the second one is given
        const cache = detectCache(await sendRequest(plain));
        if (cache)
          findings.push(
            found(cachedWebsocketPath, { message: `GET ${url} is answered from a cache (${cache}).`, place }),
          );
        const asks = needsToken ? 'asks for authorisation' : 'refuses';
        return concludeFrom(findings, refusal ? `${asks} with ${refusal.status}` : 'upgrades');
      } catch (error) {
        const network = toNetworkError(error, `WebSocket ${url}`);
        if (!network) throw error;
        return { verdict: network.verdict, findings: [network.finding({ place })], detail: network.message };
      }
    },
  };
}

async function upgrade(url: string, signal: AbortSignal): Promise<UpgradeRefused | undefined> {
  try {
    const connection = await connectWebsocket({ url, timeout, signal });
    await connection.close();
    return undefined;
  } catch (error) {
    if (error instanceof UpgradeRefused) return error;
    throw error;
  }
}
