import { formatAddress, parseAddress, talkOverTcp } from '../../clients/socket.ts';
import type { TcpProbe } from '../../config/schema/probe/tcp.ts';
import { formatDuration } from '../../core/duration.ts';
import { found } from '../../core/finding.ts';
import { makeExcerpt } from '../../expectations/excerpt.ts';
import { missingText } from '../../expectations/findings.ts';
import { convertNetworkError, makeAttempt, type Prober, type Where } from '../attempt.ts';
import { checkLatency } from './slow.ts';

export function probeTcp(probe: TcpProbe, where: Where): Prober {
  const address = parseAddress(probe.tcp);
  const target = `TCP ${formatAddress(address)}`;
  return async ({ signal, redactor }) => {
    const started = performance.now();
    try {
      const { send, expect, timeout } = probe;
      const received = await talkOverTcp({ ...address, send, expect, timeout, signal });
      const took = performance.now() - started;
      if (expect !== undefined && !received.includes(expect)) {
        const redact = (text: string) => redactor.redact(text);
        const message = `${target} closed the connection without "${makeExcerpt(expect, redact)}". It sent: ${makeExcerpt(received, redact) || 'nothing'}`;
        return makeAttempt([found(missingText, { message, ...where })], { word: 'wrong text' });
      }
      const findings = checkLatency(target, took, probe.within, where);
      const detail = `connected in ${formatDuration(took)}`;
      return makeAttempt(findings, { word: 'open', detail, took, isolated: true });
    } catch (error) {
      return convertNetworkError(error, target, where);
    }
  };
}
