import { badCertificate, tooOldTls } from '../clients/network-error.ts';
import type { TlsSeen } from '../clients/tls.ts';
import { type Boundary, type Finding, type FindingKind, found, type Place } from '../core/finding.ts';
import { pluralize } from '../core/plural.ts';

export const expiringCertificate: FindingKind = {
  code: 'network/certificate-expires-soon',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The certificate expires soon, so its renewal is overdue.',
  cause: 'The automatic renewal fails, often because a DNS or CAA record was changed.',
  help: 'Check the state of the certificate on the platform, and renew it before it expires.',
};

export const weakKey: FindingKind = {
  code: 'network/weak-key',
  severity: 'error',
  boundary: 'identity',
  meaning: 'The key of the certificate is too short for current clients.',
  cause: 'The certificate was issued by hand long ago.',
  help: 'Reissue the certificate with an EC key, or an RSA key of at least 2048 bits.',
};

const day = 24 * 60 * 60 * 1000;
const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

export interface WantedOfTls {
  /** How many days the certificate must still be valid. */
  days: number;
  /** The oldest version that passes. */
  version: 'TLSv1.2' | 'TLSv1.3';
}

/** Finds what is wrong with a TLS connection. `now` is in milliseconds since the epoch. */
export function checkTls(
  seen: TlsSeen,
  wanted: WantedOfTls,
  { target, now, where }: { target: string; now: number; where: { boundary?: Boundary; place?: Place } },
): Finding[] {
  const findings: Finding[] = [];
  if (versions.indexOf(seen.protocol) < versions.indexOf(wanted.version)) {
    findings.push(
      found(tooOldTls, {
        message: `${target} uses ${seen.protocol}, expected at least ${wanted.version}.`,
        ...where,
      }),
    );
  }
  if (seen.distrust) {
    const names = seen.names.slice(0, 5).join(', ');
    const { distrust } = seen;
    const kind = distrust.finding(where);
    return [
      ...findings,
      {
        ...kind,
        message: `${kind.message} The certificate is for ${names || 'no name'}, issued by ${seen.issuer}, valid until ${formatDate(seen.validTo)}.`,
      },
    ];
  }
  const left = Math.floor((seen.validTo - now) / day);
  if (Number.isNaN(left)) {
    const text = `${target}: the end of the validity of the certificate cannot be read.`;
    findings.push(found(badCertificate, { message: text, help: 'Reissue the certificate.', ...where }));
  } else if (left < wanted.days) {
    const text = `${target}: the certificate is valid until ${formatDate(seen.validTo)}, ${pluralize(left, 'more day')}; expected at least ${wanted.days}.`;
    findings.push(found(expiringCertificate, { message: text, ...where }));
  }
  if (seen.key.kind === 'RSA' && seen.key.bits !== undefined && seen.key.bits < 2048)
    findings.push(
      found(weakKey, {
        message: `${target}: the RSA key has ${seen.key.bits} bits, expected at least 2048.`,
        ...where,
      }),
    );
  return findings;
}

/** The date of a time, such as the end of a validity; `no date` for a time that could not be read. */
export function formatDate(time: number): string {
  return Number.isNaN(time) ? 'no date' : new Date(time).toISOString().slice(0, 10);
}
