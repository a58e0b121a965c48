import type { FindingKind } from '../../../core/finding.ts';
import type { About, SqlRule } from './rule.ts';

export const nameTooLongFinding: FindingKind = {
  code: 'schema/name-too-long',
  severity: 'warning',
  boundary: 'data',
  meaning: 'A name is longer than 63 bytes. PostgreSQL truncates it, so code that uses the whole name may not find it.',
  cause: 'Names that a tool generates from long names of tables and columns.',
  help: 'Give it a shorter name.',
};

/** NAMEDATALEN - 1, in bytes. */
const longest = 63;

const identifier = /"((?:[^"]|"")*)"|[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*/g;

/** Looks at the text, since the parser truncates names as the server does. */
const look = (_: unknown, { code }: About) =>
  [...new Set([...code.matchAll(identifier)].map(([bare, quoted]) => quoted?.replaceAll('""', '"') ?? bare))]
    .filter(name => Buffer.byteLength(name) > longest)
    .map(name => ({
      message: `The name that begins with ${name.slice(0, 40)}… has ${Buffer.byteLength(name)} bytes; PostgreSQL truncates it after ${longest}.`,
    }));

export const nameTooLong: SqlRule = {
  kind: nameTooLongFinding,
  look: {
    CreateStmt: look,
    IndexStmt: look,
    AlterTableStmt: look,
    RenameStmt: look,
    ViewStmt: look,
    CreateFunctionStmt: look,
    CreateTrigStmt: look,
    CreatePolicyStmt: look,
    CreateEnumStmt: look,
    CompositeTypeStmt: look,
    CreateDomainStmt: look,
    CreateSeqStmt: look,
  },
};
