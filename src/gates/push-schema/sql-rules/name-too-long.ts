import type { FindingKind } from '../../../core/finding.ts';
import type { SqlRule } from './rule.ts';

export const nameTooLongFinding: FindingKind = {
  code: 'schema/name-too-long',
  severity: 'warning',
  boundary: 'data',
  meaning:
    'A name is longer than PostgreSQL keeps: it is cut to 63 bytes, and code that uses the whole name does not find it.',
  cause: 'Names that a tool puts together from long names of tables and columns.',
  help: 'Give it a shorter name.',
};

/** NAMEDATALEN - 1, in bytes; the parser has cut it already, so that is all there is to see. */
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
  return { message: `The name that begins with ${name.slice(0, 40)}… has ${longest} bytes or more, and is cut there.` };
}
