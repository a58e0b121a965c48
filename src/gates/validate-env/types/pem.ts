import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { VariableOf } from '../../../config/schema/variables.ts';
import type { Finding } from '../../../core/finding.ts';
import type { Rule, Subject } from '../rules/rule.ts';
import { invalid } from './invalid.ts';
import { endFindings } from './jwt.ts';

type Pem = VariableOf<'pem'>;
type Holds = NonNullable<Pem['holds']>;

const words: Record<Holds, string> = {
  'private-key': 'a private key',
  'public-key': 'a public key',
  certificate: 'a certificate',
};
const algorithms = { rsa: 'rsa', ec: 'ec', ed25519: 'ed25519' } as const;
const smallestRsa = 2048;

export const pem: Rule<Pem> = subject => {
  const { declared } = subject;
  const text = pemIn(subject.value);
  const holds = text && kindOf(text);
  if (!text || !holds) {
    const help =
      'Set it to the whole file, from -----BEGIN to the last line, with its line ends (or `\\n` in their place).';
    return [invalid(subject, 'is not a key or certificate in PEM', help)];
  }
  if (declared.holds !== undefined && declared.holds !== holds) {
    const help = `Set it to ${words[declared.holds]}.`;
    return [invalid(subject, `holds ${words[holds]}, not ${words[declared.holds]}`, help)];
  }
  const read = keyIn(text, holds);
  if (typeof read === 'string')
    return [invalid(subject, read, `Set it to ${words[holds]} that opens without a password.`)];
  return [
    ...strengthFindings(subject, read.key),
    ...(read.end === undefined ? [] : endFindings(subject, read.end, declared['valid-days'])),
  ];
};

/** The PEM text in a value: as it is, with `\n` for line ends as many platforms need it, or as base64 of all of it. */
function pemIn(value: string): string | undefined {
  const text = value.replaceAll('\\n', '\n').trim();
  if (text.startsWith('-----BEGIN ')) return text;
  if (!/^[A-Za-z0-9+/=\s]+$/.test(value)) return undefined;
  const decoded = Buffer.from(value, 'base64').toString('utf8').trim();
  return decoded.startsWith('-----BEGIN ') ? decoded : undefined;
}

/** The public half of the key in a value, whichever half that is; undefined if there is none. */
export function publicHalfOf(value: string): KeyObject | undefined {
  const text = pemIn(value);
  try {
    return text === undefined ? undefined : createPublicKey(text);
  } catch {
    return undefined; // no key; the rule of the type says so
  }
}

function kindOf(text: string): Holds | undefined {
  const label = /^-----BEGIN ([A-Z0-9 ]+)-----/.exec(text)?.[1] ?? '';
  if (label.endsWith('PRIVATE KEY')) return 'private-key';
  if (label.endsWith('PUBLIC KEY')) return 'public-key';
  return label.endsWith('CERTIFICATE') ? 'certificate' : undefined;
}

/** The key, and when the certificate ends; or what is wrong with it. The messages of OpenSSL stay out. */
function keyIn(text: string, holds: Holds): { key: KeyObject; end?: number } | string {
  if (/^-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED/m.test(text))
    return 'holds a private key that is locked with a password';
  try {
    if (holds === 'private-key') return { key: createPrivateKey(text) };
    if (holds === 'public-key') return { key: createPublicKey(text) };
    const certificate = new X509Certificate(text);
    return { key: certificate.publicKey, end: Date.parse(certificate.validTo) };
  } catch {
    return `holds ${words[holds]} that is damaged`;
  }
}

function strengthFindings(subject: Subject<Pem>, key: KeyObject): Finding[] {
  const { algorithm, 'min-bits': least = smallestRsa } = subject.declared;
  const type = key.asymmetricKeyType ?? '';
  if (algorithm !== undefined && type !== algorithms[algorithm])
    return [invalid(subject, `holds a key of ${type}, not of ${algorithm}`, `Set it to a key of ${algorithm}.`)];
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (bits === undefined || bits >= least) return [];
  return [invalid(subject, `holds an RSA key of ${bits} bits`, `Use one of ${least} bits or more.`)];
}
