import { toNetworkError } from '../../../clients/network-error.ts';
import { inspectTls } from '../../../clients/tls.ts';
import type { Edge } from '../../../config/schema/preflight/edge.ts';
import { type Check, concludeFrom } from '../../../core/check.ts';
import type { Clock } from '../../../core/clock.ts';
import type { Place } from '../../../core/finding.ts';
import { checkTls, formatDate } from '../../../expectations/tls.ts';

const timeout = 10_000;

/** Whether users will trust the host, today and for as long as is asked for. */
export function certificateCheck(
  name: string,
  { host, port, certificate }: Edge,
  place: Place,
  clock: Clock,
): Check | undefined {
  if (certificate === undefined) return undefined;
  const target = `TLS ${host}:${port}`;
  return {
    name: `edge.${name}.certificate`,
    boundary: 'delivery',
    run: async signal => {
      try {
        const seen = await inspectTls({ host, port, timeout, signal });
        const wanted = { days: certificate['valid-for'], version: certificate['at-least'] };
        const findings = checkTls(seen, wanted, { target, now: clock.now(), where: { place } });
        return concludeFrom(
          findings,
          `${seen.protocol}, ${seen.key.kind} ${seen.key.bits ?? ''}, by ${seen.issuer}, until ${formatDate(seen.validTo)}`,
        );
      } catch (error) {
        const network = toNetworkError(error, target);
        if (!network) throw error;
        return { verdict: network.verdict, findings: [network.finding({ place })], detail: network.message };
      }
    },
  };
}
