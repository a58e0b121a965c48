import type { HttpAnswer } from '../clients/http.ts';

/** What to do about an unexpected status; undefined when only the service's log can tell. */
export function adviseOnStatus(answer: HttpAnswer): string | undefined {
  const { status, headers } = answer;
  if (status >= 300 && status < 400)
    return 'Set `redirects` to follow the redirect, or request the address that it leads to.';
  if (status === 401)
    return 'Send a valid token with `bearer` or `headers`, and check that it has not expired. If the path should need none, exclude it from the authentication.';
  if (status === 403)
    return 'Check that the token may read this path. If the service did not send this answer, allow the request at the firewall in front of it.';
  if (status === 404)
    return 'Correct the path, or check that the release contains this route and that a proxy does not rewrite the path.';
  if (status === 405)
    return headers.allow
      ? `Use a method that the path allows: ${headers.allow}.`
      : 'Use a method that the path allows, such as `get` instead of `head`.';
  if (status === 429)
    return 'Raise the rate limit for these requests, or send fewer (`interval` on a probe). If users get this answer too, the limit is too low.';
  if (status >= 500) return adviseOnProxyError(answer);
  return undefined;
}

/** The proxies by a header that only they send. Sources: the vendors' documentation of request headers and ids. */
const proxies: [header: string, advice: string][] = [
  [
    'cf-ray',
    'Look up the `cf-ray` id in the Cloudflare dashboard, and check the origin that the DNS record points to.',
  ],
  [
    'x-railway-request-id',
    "Check the deployment's state in the Railway dashboard, and that the service listens on `PORT`.",
  ],
  [
    'fly-request-id',
    'Run `fly status` and `fly logs`, and check that the service listens on `internal_port` on 0.0.0.0.',
  ],
  [
    'x-render-origin-server',
    "Check the service's events in the Render dashboard, and that it listens on `PORT` on 0.0.0.0.",
  ],
  ['rndr-id', "Check the service's events in the Render dashboard, and that it listens on `PORT` on 0.0.0.0."],
  [
    'x-vercel-id',
    "Read the function's log in the Vercel dashboard; the `x-vercel-id` of the answer finds the request.",
  ],
];

/** docs: Cloudflare, 5xx errors. */
const cloudflareErrors: Record<number, string> = {
  520: 'Check whether the service resets connections or sends headers that are too large: Cloudflare cannot read its answer.',
  521: "Start the service, and let its firewall accept Cloudflare's addresses: the origin refuses Cloudflare's connections.",
  522: "Check the load of the origin, and let its firewall accept Cloudflare's addresses: connections from Cloudflare time out.",
  523: 'Check the DNS record of the origin at Cloudflare: Cloudflare finds no route to it.',
  524: 'Make the request faster: the origin accepted it but did not answer in the time that Cloudflare allows.',
  525: "Check the origin's TLS settings: the handshake with Cloudflare fails.",
  526: "Renew the origin's certificate: Cloudflare does not accept it (SSL mode Full, strict).",
};

/** docs: Supabase, HTTP status codes. */
const supabaseErrors: Record<number, string> = {
  540: 'Resume the Supabase project in its dashboard: it is paused.',
  544: "Check the Supabase project's health and load: its API gateway got no answer in time.",
};

function adviseOnProxyError({ status, headers }: HttpAnswer): string | undefined {
  const known = cloudflareErrors[status] ?? supabaseErrors[status];
  if (known) return known;
  const advice = proxies.find(([header]) => header in headers)?.[1];
  if (status === 502 || status === 504)
    return advice ?? 'Check that the service runs and listens on the port that the proxy in front of it uses.';
  if (status === 503)
    return advice ?? 'Check that an instance of the service is healthy, and which dependency its health check reports.';
  return undefined;
}
