import { sendRequest } from '../../clients/http.ts';
import { NetworkError } from '../../clients/network-error.ts';
import type { CommandService } from '../../config/schema/services.ts';
import type { Clock } from '../../core/clock.ts';
import { GateError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import { followPath, parseJsonPath } from '../../core/json-path.ts';
import type { Live } from '../platform.ts';

export const versionUnknown: FindingKind = {
  code: 'platform/version-unknown',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The service does not tell its version where `live` says, so it is not known what serves.',
  cause: 'Another path, a JSON path that leads nowhere, or a service that is down.',
  help: 'Ask the address under `live` by hand, and let it answer the version alone or at the named place.',
};

/** Characters; what is longer is no version. */
const longestVersion = 200;

/** A request that is lost says nothing of the service yet: how often it is asked, and how long apart; milliseconds. */
const attempts = 3;
const pause = 1000;

/** As `liveOf`, and asked again before a service counts as down. */
export async function surelyLiveOf(
  service: CommandService,
  { clock, ...asking }: { timeout: number; signal: AbortSignal; clock: Clock },
): Promise<Live> {
  for (let attempt = 1; ; attempt++) {
    const live = await liveOf(service, asking);
    if (!live.down || attempt === attempts) return live;
    await clock.sleep(pause, asking.signal);
  }
}

/**
 * The version that the service tells. A service that does not answer at all is `down`. Throws a GateError where it
 * answers something else.
 */
export async function liveOf(
  { live, url }: CommandService,
  { timeout, signal }: { timeout: number; signal: AbortSignal },
): Promise<Live> {
  const address = new URL(live.get, url).href;
  try {
    const { status, body, headers } = await sendRequest({ method: 'GET', url: address, timeout, signal });
    if (status >= 500) return silent;
    const version = status < 300 ? versionIn(live, body, headers) : undefined;
    if (version === undefined || version === '' || version.length > longestVersion) {
      const message = `GET ${address} answered ${status} without a version${live.json ? ` at ${live.json}` : ''}.`;
      throw new GateError([found(versionUnknown, { message })]);
    }
    const commit = /^[0-9a-f]{40}$/.test(version) ? { commit: version } : {};
    return { deployment: { id: version, ...commit, url }, others: [], down: false };
  } catch (error) {
    if (error instanceof NetworkError) return silent;
    throw error;
  }
}

/** Of a service that does not answer, or not with its version. */
export const silent: Live = { deployment: undefined, others: [], down: true };

function versionIn(
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
    return undefined; // no JSON: the caller says so
  }
}
