import type { FindingKind } from '../../../core/finding.ts';
import type { About, Sighting, SqlRule } from './rule.ts';

export const notIdempotentFinding: FindingKind = {
  code: 'schema/not-idempotent',
  severity: 'warning',
  boundary: 'data',
  meaning: 'A statement fails when it runs a second time, but the configuration asks for repeatable migrations.',
  cause: 'CREATE or DROP without IF [NOT] EXISTS.',
  help: 'Add IF NOT EXISTS, IF EXISTS or OR REPLACE. Or set `idempotent: false`: the ledger prevents a second run.',
};

export const notIdempotent: SqlRule = {
  kind: notIdempotentFinding,
  look: {
    CreateStmt: (node, about) => sighting('CREATE TABLE', node.if_not_exists, about),
    IndexStmt: (node, about) => sighting('CREATE INDEX', node.if_not_exists, about),
    CreateSeqStmt: (node, about) => sighting('CREATE SEQUENCE', node.if_not_exists, about),
    CreateSchemaStmt: (node, about) => sighting('CREATE SCHEMA', node.if_not_exists, about),
    CreateExtensionStmt: (node, about) => sighting('CREATE EXTENSION', node.if_not_exists, about),
    CreateEnumStmt: (_, about) => sighting('CREATE TYPE', false, about),
    ViewStmt: (node, about) => sighting('CREATE VIEW', node.replace, about),
    CreateFunctionStmt: (node, about) => sighting('CREATE FUNCTION', node.replace, about),
    DropStmt: (node, about) => sighting('DROP', node.missing_ok, about),
    AlterEnumStmt: (node, about) => sighting('ADD VALUE', node.skipIfNewValExists, about),
    AlterTableCmd: ({ subtype, missing_ok: guarded }, about) => {
      if (subtype === 'AT_AddColumn') return sighting('ADD COLUMN', guarded, about);
      if (subtype === 'AT_DropColumn') return sighting('DROP COLUMN', guarded, about);
      return subtype === 'AT_AddConstraint' ? sighting('ADD CONSTRAINT', false, about) : undefined;
    },
  },
};

function sighting(what: string, guarded: boolean | undefined, { settings }: About): Sighting | undefined {
  return settings.idempotent && !guarded ? { message: `${what} fails when it runs a second time.` } : undefined;
}
