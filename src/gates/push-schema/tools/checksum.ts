import { createHash } from 'node:crypto';

/** Prisma's checksum of a script (prisma-engines schema-connector/src/checksum.rs). */
export function computeChecksum(script: string): string {
  return createHash('sha256').update(script).digest('hex');
}

/** Whether a script is the applied one. Line endings do not count, since git may change them. */
export function matchesChecksum(script: string, checksum: string): boolean {
  const forms = [script, script.replaceAll('\r\n', '\n'), script.replaceAll('\n', '\r\n')];
  const write = checksum.length === 64 || checksum === '' ? (hash: string) => hash : dropPadding;
  return forms.some(form => write(computeChecksum(form)) === checksum);
}

/** Early versions of Prisma wrote each byte without its leading zero. */
function dropPadding(hash: string): string {
  return hash.replace(/../g, byte => byte.replace(/^0/, ''));
}
