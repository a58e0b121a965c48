import { createHash } from 'node:crypto';

/** Prisma's checksum of a script (prisma-engines schema-connector/src/checksum.rs). */
export function checksumOf(script: string): string {
  return createHash('sha256').update(script).digest('hex');
}

/** Whether a script is the one that was applied; line endings do not count, as git may change them. */
export function matchesChecksum(script: string, checksum: string): boolean {
  const forms = [script, script.replaceAll('\r\n', '\n'), script.replaceAll('\n', '\r\n')];
  const written = checksum.length === 64 || checksum === '' ? (hash: string) => hash : withoutPadding;
  return forms.some(form => written(checksumOf(form)) === checksum);
}

/** Early versions of Prisma wrote each byte without its leading zero. */
function withoutPadding(hash: string): string {
  return hash.replace(/../g, byte => byte.replace(/^0/, ''));
}
