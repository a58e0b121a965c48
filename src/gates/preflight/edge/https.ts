import { type HttpAnswer, sendRequest } from '../../../clients/http.ts';
import { toNetworkError } from '../../../clients/network-error.ts';
import type { Edge } from '../../../config/schema/preflight/edge.ts';
import { type Check, concludeFrom } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import { type Finding, type FindingKind, found, type Place } from '../../../core/finding.ts';

export const noHttpsRedirect: FindingKind = {
  code: 'network/no-https-redirect',
  severity: 'error',
  boundary: 'identity',
  meaning: 'Plain HTTP does not lead to HTTPS on the same host, so sessions can be read on the way.',
  cause: 'The redirect is not switched on at the platform or proxy, or leads to another host first.',
  help: 'Switch on "force HTTPS" at the platform (`force_https = true` on Fly.io), or redirect in the proxy.',
};

export const weakHsts: FindingKind = {
  code: 'network/weak-hsts',
  severity: 'error',
  boundary: 'identity',
  meaning: 'Browsers are not told, or not for long enough, to speak HTTPS only with this host.',
  cause: 'The header Strict-Transport-Security is missing or has a short max-age.',
  help: 'Send `Strict-Transport-Security: max-age=31536000; includeSubDomains` on every answer over HTTPS.',
};

const timeout = 10_000;
const secondsPerDay = 86_400;

/** Where plain HTTP leads. `httpPort` differs from 80 only in tests. */
export function redirectCheck(name: string, edge: Edge, place: Place, httpPort = 80): Check | undefined {
  if (!edge['https-redirect']) return undefined;
  const url = `http://${edge.host}${httpPort === 80 ? '' : `:${httpPort}`}/`;
  return asking(`edge.${name}.https-redirect`, url, place, ({ status, headers }) => {
    const location =
      headers.location && URL.canParse(headers.location, url) ? new URL(headers.location, url) : undefined;
    const isGood =
      [301, 302, 307, 308].includes(status) && location?.protocol === 'https:' && location.hostname === edge.host;
    const leads = location ? `, to ${location.origin}` : '';
    const message = `GET ${url} answered ${status}${leads}, expected a redirect to https://${edge.host}.`;
    return { findings: isGood ? [] : [found(noHttpsRedirect, { message, place })], detail: `${status}${leads}` };
  });
}

export function hstsCheck(name: string, { host, port, hsts }: Edge, place: Place): Check | undefined {
  if (hsts === undefined) return undefined;
  const url = `https://${host}${port === 443 ? '' : `:${port}`}/`;
  return asking(`edge.${name}.hsts`, url, place, ({ headers }) => {
    const header = headers['strict-transport-security'];
    const seconds = Number(/max-age="?(\d+)/i.exec(header ?? '')?.[1] ?? 0);
    const period = formatDuration(seconds * 1000);
    const said = header === undefined ? 'sends no Strict-Transport-Security' : `asks for HTTPS only for ${period}`;
    const message = `${url} ${said}, expected at least ${hsts} days.`;
    return {
      findings: seconds >= hsts * secondsPerDay ? [] : [found(weakHsts, { message, place })],
      detail: header ?? 'none',
    };
  });
}

function asking(
  name: string,
  url: string,
  place: Place,
  judge: (answer: HttpAnswer) => { findings: Finding[]; detail: string },
): Check {
  return {
    name,
    boundary: 'identity',
    run: async signal => {
      try {
        const answer = await sendRequest({ method: 'GET', url, timeout, signal, fresh: 'http/1.1' });
        const { findings, detail } = judge(answer);
        return concludeFrom(findings, detail);
      } catch (error) {
        const network = toNetworkError(error, `GET ${url}`);
        if (!network) throw error;
        return { verdict: network.verdict, findings: [network.finding({ place })], detail: network.message };
      }
    },
  };
}
