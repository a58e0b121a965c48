import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { VariableOf } from '../../../config/schema/variables.ts';
import type { Finding } from '../../../core/finding.ts';
import type { Subject } from '../rule.ts';
import type { EnvironmentType } from './environment-type.ts';
import { reportInvalid } from './invalid.ts';
import { checkEnd } from './jwt.ts';
import { checkPair } from './key-pair.ts';
import { readOpenSshKey } from './openssh.ts';
import { findPem } from './pem-text.ts';

type Pem = VariableOf<'pem'>;
type Holds = NonNullable<Pem['holds']>;

const words: Record<Holds, string> = {
  'private-key': 'a private key',
  'public-key': 'a public key',
  certificate: 'a certificate',
};
const algorithms = { rsa: 'rsa', ec: 'ec', ed25519: 'ed25519' } as const;
const smallestRsa = 2048;

export const pem: EnvironmentType<Pem> = {
  boundary: 'identity',
  rule: subject => [...checkPem(subject), ...checkPair(subject)],
  isSecret: ({ holds }, value) => value.includes('PRIVATE KEY') || holds === 'private-key',
  guess: {
    names: [
      [/PRIVATE_KEY(_PEM)?$/, '{ type: pem, holds: private-key }'],
      [/PUBLIC_KEY(_PEM)?$/, '{ type: pem, holds: public-key }'],
    ],
  },
};

function checkPem(subject: Subject<Pem>): Finding[] {
  const { declared } = subject;
  const text = findPem(subject.value);
  const holds = text && readKind(text);
  if (!text || !holds) {
    const help =
      'Set it to the whole file, from -----BEGIN to the last line, with its line ends (or `\\n` in their place).';
    return [reportInvalid(subject, 'is not a key or certificate in PEM', help)];
  }
  if (declared.holds !== undefined && declared.holds !== holds) {
    const help = `Set it to ${words[declared.holds]}.`;
    return [reportInvalid(subject, `holds ${words[holds]}, not ${words[declared.holds]}`, help)];
  }
  const read = readKey(text, holds);
  if (typeof read === 'string')
    return [reportInvalid(subject, read, `Set it to ${words[holds]} that opens without a password.`)];
  return [
    ...checkStrength(subject, read),
    ...(read.end === undefined ? [] : checkEnd(subject, read.end, declared['valid-days'])),
  ];
}

function readKind(text: string): Holds | undefined {
  const label = /^-----BEGIN ([A-Z0-9 ]+)-----/.exec(text)?.[1] ?? '';
  if (label.endsWith('PRIVATE KEY')) return 'private-key';
  if (label.endsWith('PUBLIC KEY')) return 'public-key';
  return label.endsWith('CERTIFICATE') ? 'certificate' : undefined;
}

interface Key {
  algorithm: string;
  bits?: number | undefined;
  /** When the certificate ends. */
  end?: number;
}

/** The key; or what is wrong with it. The messages of OpenSSL stay out. */
function readKey(text: string, holds: Holds): Key | string {
  if (text.startsWith('-----BEGIN OPENSSH ')) {
    const key = readOpenSshKey(text);
    if (key?.locked) return 'holds a private key that is locked with a password';
    return key ?? `holds ${words[holds]} that is damaged`;
  }
  if (/^-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED/m.test(text))
    return 'holds a private key that is locked with a password';
  try {
    if (holds === 'private-key') return describeKey(createPrivateKey(text));
    if (holds === 'public-key') return describeKey(createPublicKey(text));
    const certificate = new X509Certificate(text);
    return { ...describeKey(certificate.publicKey), end: Date.parse(certificate.validTo) };
  } catch {
    return `holds ${words[holds]} that is damaged`;
  }
}

function describeKey(key: KeyObject): Key {
  return { algorithm: key.asymmetricKeyType ?? '', bits: key.asymmetricKeyDetails?.modulusLength };
}

function checkStrength(subject: Subject<Pem>, { algorithm: type, bits }: Key): Finding[] {
  const { algorithm, 'min-bits': least = smallestRsa } = subject.declared;
  if (algorithm !== undefined && type !== algorithms[algorithm])
    return [reportInvalid(subject, `holds a key of ${type}, not of ${algorithm}`, `Set it to a key of ${algorithm}.`)];
  if (bits === undefined || bits >= least) return [];
  return [reportInvalid(subject, `holds an RSA key of ${bits} bits`, `Use one of ${least} bits or more.`)];
}
