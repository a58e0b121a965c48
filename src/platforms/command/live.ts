import { sendRequest } from '../../clients/http.ts';
import { NetworkError } from '../../clients/network-error.ts';
import type { CommandService } from '../../config/schema/services.ts';
import type { Clock } from '../../core/clock.ts';
import { isCommitId } from '../../core/commit-id.ts';
import { GateError } from '../../core/errors.ts';
import { found } from '../../core/finding.ts';
import { followPath, parseJsonPath } from '../../core/json-path.ts';
import type { Live } from '../platform.ts';
import { versionUnknown } from './findings.ts';

/** Characters. A longer text is not a version. */
const longestVersion = 200;

/** A single lost request says nothing about the service: how often to ask, and milliseconds between. */
const attempts = 3;
const pause = 1000;

interface Asking {
  timeout: number;
  signal: AbortSignal;
}

/** As `readLive`, but asks several times before a service counts as down. */
export async function readLiveSurely(
  service: CommandService,
  { clock, ...asking }: Asking & { clock: Clock },
): Promise<Live> {
  for (let attempt = 1; ; attempt++) {
    const live = await readLive(service, asking);
    if (!live.down || attempt === attempts) return live;
    await clock.sleep(pause, asking.signal);
  }
}

/**
 * The version that the service tells. A service that does not answer at all is `down`. Throws a GateError for an answer
 * without a version.
 */
export async function readLive({ live, url }: CommandService, { timeout, signal }: Asking): Promise<Live> {
  const address = new URL(live.get, url).href;
  try {
    const { status, body, headers } = await sendRequest({ method: 'GET', url: address, timeout, signal });
    if (status >= 500) return silent;
    const version = status < 300 ? findVersion(live, body, headers) : undefined;
    if (version === undefined || version === '' || version.length > longestVersion) {
      const message = `GET ${address} answered ${status} without a version${live.json ? ` at ${live.json}` : ''}.`;
      throw new GateError([found(versionUnknown, { message })]);
    }
    const commit = isCommitId(version) ? { commit: version } : {};
    return { deployment: { id: version, ...commit, url }, others: [], down: false };
  } catch (error) {
    if (error instanceof NetworkError) return silent;
    throw error;
  }
}

/** For a service that does not answer, or answers without its version. */
export const silent: Live = { deployment: undefined, others: [], down: true };

function findVersion(
  { json, header }: CommandService['live'],
  body: string,
  headers: Record<string, string>,
): string | undefined {
  if (header) return headers[header.toLowerCase()]?.trim();
  if (!json) return body.trim();
  const path = parseJsonPath(json);
  if (path === undefined) return undefined;
  try {
    const followed = followPath(path, JSON.parse(body));
    return followed.found && ['string', 'number'].includes(typeof followed.value) ? String(followed.value) : undefined;
  } catch {
    return undefined; // not JSON, which the caller reports
  }
}
