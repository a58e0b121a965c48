import { inspectTls } from '../../../clients/tls.ts';
import { concludeFrom } from '../../../core/check.ts';
import { checkTls, formatDate } from '../../../expectations/tls.ts';
import { concludeAsking, type EdgeCheck } from './edge-check.ts';

const timeout = 10_000;

/** Whether users will trust the host, now and for as long as the configuration asks. */
export const certificate: EdgeCheck = {
  name: 'certificate',
  boundary: 'delivery',
  plan: ({ edge, place }, { clock }) => {
    const { host, port, certificate } = edge;
    if (certificate === undefined) return undefined;
    const target = `TLS ${host}:${port}`;
    const wanted = { days: certificate['valid-for'], version: certificate['at-least'] };
    return signal =>
      concludeAsking(target, place, async () => {
        const seen = await inspectTls({ host, port, timeout, signal });
        const { protocol, key, issuer, validTo } = seen;
        const findings = checkTls(seen, wanted, { target, now: clock.now(), where: { place } });
        const detail = `${protocol}, ${key.kind} ${key.bits ?? ''}, by ${issuer}, until ${formatDate(validTo)}`;
        return concludeFrom(findings, detail);
      });
  },
};
