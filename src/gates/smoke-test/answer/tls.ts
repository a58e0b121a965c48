import { inspectTls } from '../../../clients/tls.ts';
import type { Answer } from '../../../config/schema/smoke/http.ts';
import type { GateContext } from '../../../core/context.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { About } from '../../../expectations/expectation.ts';

export const weakTls: FindingKind = {
  code: 'answer/weak-tls',
  severity: 'error',
  boundary: 'delivery',
  meaning:
    'The TLS connection is not what it must be: none, too old a version, or a certificate that is about to expire.',
  cause: 'A renewal that does not work, an old setting of the proxy, or an address that is not https.',
  help: 'Renew the certificate, or raise the lowest TLS version where the connection ends.',
};

/** Milliseconds for the connection. */
const handshakeWithin = 5000;
const day = 86_400_000;

/** Opens a connection to the address once more, and looks at its version and its certificate. */
export async function findingsOfTls(
  expected: NonNullable<Answer['tls']>,
  url: URL,
  { target, where }: About,
  context: GateContext,
): Promise<Finding[]> {
  const wrong = (what: string, help = weakTls.help) => [
    found(weakTls, { message: `${target}: ${what}.`, help, ...where }),
  ];
  if (url.protocol !== 'https:') {
    return wrong(`${url.origin} has no TLS, being asked over plain http`, 'Write its `url` with https.');
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || 443);
  const seen = await inspectTls({ host, port, timeout: handshakeWithin, signal: context.signal });
  const version = seen.protocol;
  const left = Math.floor((seen.validTo - context.clock.now()) / day);
  const needed = Number.parseInt(expected['valid-for'] ?? '0', 10);
  return [
    ...(expected['at-least'] !== undefined && version < expected['at-least']
      ? wrong(`the connection is ${version}, expected at least ${expected['at-least']}`)
      : []),
    ...(Number.isNaN(left) ? wrong('it cannot be read until when the certificate is valid') : []),
    ...(left < needed ? wrong(`the certificate is valid for ${left} more days, expected ${needed}`) : []),
  ];
}
