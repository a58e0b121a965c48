import { formatAddress, parseAddress, talkOverTcp } from '../../clients/socket.ts';
import type { TcpProbe } from '../../config/schema/probe/network.ts';
import { formatDuration } from '../../core/duration.ts';
import { found } from '../../core/finding.ts';
import { excerpt } from '../../expectations/excerpt.ts';
import { missingText } from '../../expectations/findings.ts';
import { attemptOf, attemptOfError, type Prober, type Where } from '../attempt.ts';
import { slowFindings } from './slow.ts';

export function tcpProber(probe: TcpProbe, where: Where): Prober {
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
        const message = `${target} closed the connection without "${excerpt(expect, redact)}". It sent: ${excerpt(received, redact) || 'nothing'}`;
        return attemptOf([found(missingText, { message, ...where })], { word: 'wrong text' });
      }
      const findings = slowFindings(target, took, probe.within, where);
      const detail = `connected in ${formatDuration(took)}`;
      return attemptOf(findings, { word: 'open', detail, took, isolated: true });
    } catch (error) {
      return attemptOfError(error, target, where);
    }
  };
}
