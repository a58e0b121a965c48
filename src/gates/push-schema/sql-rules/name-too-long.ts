import type { FindingKind } from '../../../core/finding.ts';
import type { SqlRule } from './rule.ts';

export const nameTooLongFinding: FindingKind = {
  code: 'schema/name-too-long',
  severity: 'warning',
  boundary: 'data',
  meaning: 'A name is longer than 63 bytes. PostgreSQL truncates it, so code that uses the whole name may not find it.',
  cause: 'Names that a tool generates from long names of tables and columns.',
  help: 'Give it a shorter name.',
};

/** NAMEDATALEN - 1, in bytes. The parser has truncated the name already, so a longer one cannot be seen. */
const longest = 63;

export const nameTooLong: SqlRule = {
  kind: nameTooLongFinding,
  look: {
    CreateStmt: ({ relation }) => sighting(relation?.relname),
    IndexStmt: ({ idxname }) => sighting(idxname),
  },
};

function sighting(name = '') {
  if (Buffer.byteLength(name) < longest) return undefined;
  return {
    message: `The name that begins with ${name.slice(0, 40)}… has ${longest} bytes or more; PostgreSQL truncates it there.`,
  };
}
