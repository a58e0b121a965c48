import { type HttpAnswer, sendRequest } from '../../../clients/http.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import { type FindingKind, found, type Place } from '../../../core/finding.ts';
import { concludeAsking, type EdgeCheck } from './edge-check.ts';

export const noHttpsRedirect: FindingKind = {
  code: 'network/no-https-redirect',
  severity: 'error',
  boundary: 'identity',
  meaning: 'Plain HTTP does not redirect to HTTPS on the same host, so others on the network can read sessions.',
  cause: 'The redirect is off at the platform or proxy, or leads to another host first.',
  help: 'Switch on "force HTTPS" at the platform (`force_https = true` on Fly.io), or redirect in the proxy.',
};

export const weakHsts: FindingKind = {
  code: 'network/weak-hsts',
  severity: 'error',
  boundary: 'identity',
  meaning: 'The host does not tell browsers to use only HTTPS, or not for long enough.',
  cause: 'The header Strict-Transport-Security is missing, or its max-age is too short.',
  help: 'Send `Strict-Transport-Security: max-age=31536000; includeSubDomains` with every answer over HTTPS.',
};

const timeout = 10_000;
const secondsPerDay = 86_400;

/** Whether plain HTTP redirects to HTTPS on the same host. */
export const httpsRedirect: EdgeCheck = {
  name: 'https-redirect',
  boundary: 'identity',
  plan: ({ edge, place }) => {
    if (!edge['https-redirect']) return undefined;
    return signal => checkHttpsRedirect(`http://${edge.host}/`, place, signal);
  },
};

export function checkHttpsRedirect(url: string, place: Place, signal: AbortSignal): Promise<Outcome<never>> {
  return concludeAsking(`GET ${url}`, place, async () => {
    const { status, headers } = await get(url, signal);
    const location =
      headers.location && URL.canParse(headers.location, url) ? new URL(headers.location, url) : undefined;
    const { hostname } = new URL(url);
    const isGood =
      [301, 302, 307, 308].includes(status) && location?.protocol === 'https:' && location.hostname === hostname;
    const leads = location ? `, to ${location.origin}` : '';
    const message = `GET ${url} answered ${status}${leads}, expected a redirect to https://${hostname}.`;
    return concludeFrom(isGood ? [] : [found(noHttpsRedirect, { message, place })], `${status}${leads}`);
  });
}

/** Whether the host tells browsers, for long enough, to use only HTTPS. */
export const hsts: EdgeCheck = {
  name: 'hsts',
  boundary: 'identity',
  plan: ({ edge, place }) => {
    const { host, port, hsts: days } = edge;
    if (days === undefined) return undefined;
    const url = `https://${host}${port === 443 ? '' : `:${port}`}/`;
    return signal =>
      concludeAsking(`GET ${url}`, place, async () => {
        const header = (await get(url, signal)).headers['strict-transport-security'];
        const seconds = Number(/max-age="?(\d+)/i.exec(header ?? '')?.[1] ?? 0);
        const period = formatDuration(seconds * 1000);
        const sent = header === undefined ? 'sends no Strict-Transport-Security' : `asks for HTTPS only for ${period}`;
        const message = `${url} ${sent}, expected at least ${days} days.`;
        const isLongEnough = seconds >= days * secondsPerDay;
        return concludeFrom(isLongEnough ? [] : [found(weakHsts, { message, place })], header ?? 'none');
      });
  },
};

function get(url: string, signal: AbortSignal): Promise<HttpAnswer> {
  return sendRequest({ method: 'GET', url, timeout, signal, fresh: 'http/1.1' });
}
