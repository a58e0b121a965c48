import type { Node, RangeVar } from 'libpg-query';
import type { FindingKind } from '../../../core/finding.ts';
import type { Known } from '../catalog/known.ts';
import { shown, type TableName, tableOf } from '../catalog/names.ts';
import type { About, Sighting, SqlRule } from './rule.ts';

export const mixesDataAndSchemaFinding: FindingKind = {
  code: 'schema/mixes-data-and-schema',
  severity: 'warning',
  boundary: 'data',
  meaning:
    'The migration changes rows in the transaction that also alters a table. The table stays locked for as long as that takes.',
  cause: 'ALTER TABLE followed by the UPDATE that fills the new column.',
  help: 'Move the UPDATE, DELETE or INSERT into a migration of its own.',
};

export const mixesDataAndSchema: SqlRule = {
  kind: mixesDataAndSchemaFinding,
  look: {
    UpdateStmt: (node, about) => sighting('UPDATE', node, about),
    DeleteStmt: (node, about) => sighting('DELETE', node, about),
    InsertStmt: (node, about) => {
      const { selectStmt } = node;
      const values = selectStmt && 'SelectStmt' in selectStmt && selectStmt.SelectStmt.valuesLists;
      return values ? undefined : sighting('INSERT … SELECT', node, about);
    },
  },
};

function sighting(what: string, node: { relation?: RangeVar }, { known, siblings }: About): Sighting | undefined {
  const changed = tableOf(node.relation);
  if (!known.stands(changed)) return undefined;
  const own = siblings.findIndex(sibling => Object.values(sibling).includes(node));
  const locked = siblings.slice(0, own).flatMap(sibling => listLocked(sibling, known))[0];
  if (!locked) return undefined;
  return {
    message: `${what} of ${shown(changed)} runs while ALTER TABLE keeps ${shown(locked)} locked.`,
    size: changed,
  };
}

function listLocked(node: Node, known: Known): TableName[] {
  const table = 'AlterTableStmt' in node ? tableOf(node.AlterTableStmt.relation) : undefined;
  return table && known.stands(table) ? [table] : [];
}
