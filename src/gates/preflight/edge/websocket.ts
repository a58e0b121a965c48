import { sendRequest } from '../../../clients/http.ts';
import { connectWebsocket, UpgradeRefused } from '../../../clients/websocket.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { type Finding, type FindingKind, found, type Place } from '../../../core/finding.ts';
import { detectCache } from '../../../readiness/http/cache.ts';
import { adviseOnRefusal, noUpgrade } from '../../../readiness/probers/websocket.ts';
import { concludeAsking, type EdgeCheck } from './edge-check.ts';

export const cachedWebsocketPath: FindingKind = {
  code: 'network/websocket-path-cached',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The edge caches answers of the WebSocket path, so clients can get an old answer instead of a connection.',
  cause: 'A cache rule covers the whole host.',
  help: "Exclude the path from the CDN's cache rules, and send `Cache-Control: no-store` there.",
};

const timeout = 10_000;

/** Whether the path upgrades through the edge and is not cached there. */
export const websocket: EdgeCheck = {
  name: 'websocket',
  boundary: 'delivery',
  plan: ({ edge, place }) => {
    const { host, port, websocket: path } = edge;
    if (path === undefined) return undefined;
    const url = `https://${host}${port === 443 ? '' : `:${port}`}${path}`;
    return signal => concludeAsking(`WebSocket ${url}`, place, () => checkPath(url, place, signal));
  },
};

async function checkPath(url: string, place: Place, signal: AbortSignal): Promise<Outcome<never>> {
  const refusal = await upgrade(url, signal);
  const findings: Finding[] = [];
  const needsToken = refusal?.status === 401 || refusal?.status === 403; // so the edge has passed the upgrade on
  if (refusal && !needsToken)
    findings.push(
      found(noUpgrade, {
        message: `${refusal.message}, expected a WebSocket.`,
        help: adviseOnRefusal(refusal.status),
        place,
      }),
    );
  const plain = { method: 'GET', url, timeout, signal, fresh: 'http/1.1' } as const;
  await sendRequest(plain); // a cache that keeps this answer gives it to the next request
  const cache = detectCache(await sendRequest(plain));
  if (cache) findings.push(found(cachedWebsocketPath, { message: `A cache answers GET ${url} (${cache}).`, place }));
  const reaction = needsToken ? 'asks for authorization' : 'refuses';
  return concludeFrom(findings, refusal ? `${reaction} with ${refusal.status}` : 'upgrades');
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
