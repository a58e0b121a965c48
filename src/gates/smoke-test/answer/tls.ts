import { inspectTls } from '../../../clients/tls.ts';
import type { Answer } from '../../../config/schema/smoke/answer.ts';
import type { GateContext } from '../../../core/context.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import type { About } from '../../../expectations/expectation.ts';

export const weakTls: FindingKind = {
  code: 'answer/weak-tls',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The address has no TLS, its TLS version is too old, or its certificate is about to expire.',
  cause: 'The renewal of the certificate fails, the proxy has an old setting, or the address is not https.',
  help: 'Renew the certificate, or raise the minimum TLS version where the connection ends.',
};

/** Milliseconds for the connection. */
const handshakeWithin = 5000;
const day = 86_400_000;

/** Opens another connection to the address, and checks its version and certificate. */
export async function checkAnswerTls(
  expected: NonNullable<Answer['tls']>,
  url: URL,
  { target, where }: About,
  context: GateContext,
): Promise<Finding[]> {
  const wrong = (what: string, help = weakTls.help) => [
    found(weakTls, { message: `${target}: ${what}.`, help, ...where }),
  ];
  if (url.protocol !== 'https:') {
    return wrong(`${url.origin} has no TLS, because its address is plain http`, 'Write its `url` with https.');
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || 443);
  const seen = await inspectTls({ host, port, timeout: handshakeWithin, signal: context.signal });
  const version = seen.protocol;
  const left = Math.floor((seen.validTo - context.clock.now()) / day);
  const needed = Number.parseInt(expected['valid-for'] ?? '0', 10);
  return [
    ...(expected['at-least'] !== undefined && version < expected['at-least']
      ? wrong(`the connection uses ${version}, expected at least ${expected['at-least']}`)
      : []),
    ...(Number.isNaN(left) ? wrong('the end of the validity of the certificate cannot be read') : []),
    ...(left < needed ? wrong(`the certificate is valid for ${pluralize(left, 'more day')}, expected ${needed}`) : []),
  ];
}
