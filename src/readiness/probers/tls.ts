import { formatAddress, parseAddress } from '../../clients/socket.ts';
import { inspectTls } from '../../clients/tls.ts';
import type { TlsProbe } from '../../config/schema/probe/tls.ts';
import { formatDuration } from '../../core/duration.ts';
import { tooSlow } from '../../expectations/findings.ts';
import { checkTls, formatDate } from '../../expectations/tls.ts';
import { convertNetworkError, makeAttempt, type Prober, type Where } from '../attempt.ts';
import { checkLatency } from './slow.ts';

export function probeTls(probe: TlsProbe, where: Where): Prober {
  const address = parseAddress(probe.tls, 443);
  const target = `TLS ${formatAddress(address)}`;
  return async ({ signal, clock }) => {
    const started = performance.now();
    try {
      const seen = await inspectTls({ ...address, name: probe.name, timeout: probe.timeout, signal });
      const took = performance.now() - started;
      const wanted = { days: probe['valid-for'], version: probe['at-least'] };
      const findings = [
        ...checkTls(seen, wanted, { target, now: clock.now(), where }),
        ...checkLatency(target, took, probe.within, where),
      ];
      const detail = `${seen.protocol}, valid until ${formatDate(seen.validTo)}, in ${formatDuration(took)}`;
      const isolated = findings.every(({ code }) => code === tooSlow.code);
      return makeAttempt(findings, { word: seen.protocol, detail, took, isolated });
    } catch (error) {
      return convertNetworkError(error, target, where);
    }
  };
}
