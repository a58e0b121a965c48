import type { Node } from 'libpg-query';
import type { FindingKind } from '../../../core/finding.ts';
import { nameOf, remakes, renamesTo } from '../catalog/made.ts';
import { shown, type TableName } from '../catalog/names.ts';
import { returnsOf } from '../catalog/returns.ts';
import { viewColumnsOf } from '../catalog/view-columns.ts';
import type { SqlRule } from './rule.ts';

export const dropsObjectFinding: FindingKind = {
  code: 'schema/drops-object',
  severity: 'warning',
  boundary: 'data',
  meaning:
    'Running code may still use a view, function, type, trigger, policy or other object that the migration drops or changes.',
  cause:
    'DISABLE TRIGGER. DROP VIEW, FUNCTION, TYPE, SEQUENCE, TRIGGER, POLICY or EXTENSION without recreating it in the same migration. A view that is recreated with fewer columns, or a function that returns something else.',
  help: 'First release code that does not use it.',
};

/** Names of objects as `makes` has them; any other keeps the parser's name. */
const objects: Record<string, string> = {
  OBJECT_MATVIEW: 'view',
  OBJECT_PROCEDURE: 'function',
  OBJECT_ROUTINE: 'function',
  OBJECT_AGGREGATE: 'function',
  OBJECT_DOMAIN: 'type',
};

/** These have a rule of their own, or running code does not use them. */
const others = /^OBJECT_(TABLE|SCHEMA|INDEX|STATISTIC_EXT|PUBLICATION|EVENT_TRIGGER)$/;

export const dropsObject: SqlRule = {
  kind: dropsObjectFinding,
  grade: 'breaking',
  look: {
    AlterTableCmd: ({ subtype = '', name = 'all' }, { known, table, siblings }) => {
      if (!/^AT_DisableTrig/.test(subtype) || !known.stands(table)) return undefined;
      if (siblings.some(node => enablesTriggers(node, table))) return undefined;
      return { message: `Triggers of ${shown(table)} are disabled: ${name}.` };
    },
    DropStmt: (node, { known, siblings }) => {
      const { removeType = '', objects: dropped = [] } = node;
      if (others.test(removeType)) return undefined;
      const kind = objects[removeType] ?? removeType.replace('OBJECT_', '').replaceAll('_', ' ').toLowerCase();
      const own = siblings.findIndex(sibling => 'DropStmt' in sibling && sibling.DropStmt === node);
      const [before, after] = [siblings.slice(0, own), siblings.slice(own + 1)];
      return dropped
        .map(nameOf)
        .filter(name => !known.hasMade(kind, name) && !before.some(sibling => renamesTo(sibling, name)))
        .flatMap(name => {
          const recreated = after.find(sibling => remakes(sibling, kind, name));
          if (!recreated) return [{ message: `The ${kind} ${shown(name)} is dropped.` }];
          const [was, is] = [known.returns(name), returnsOf(recreated)];
          if (was !== undefined && is !== undefined && was !== is) {
            return [{ message: `The ${kind} ${shown(name)} is recreated and returns ${is} instead of ${was}.` }];
          }
          const columns = viewColumnsOf(recreated);
          const lost = known.live(name)?.columns.find(column => columns && !columns.includes(column.name));
          return lost ? [{ message: `The ${kind} ${shown(name)} is recreated without the column ${lost.name}.` }] : [];
        });
    },
  },
};

function enablesTriggers(node: Node, { name }: TableName): boolean {
  if (!('AlterTableStmt' in node) || node.AlterTableStmt.relation?.relname !== name) return false;
  const commands = node.AlterTableStmt.cmds ?? [];
  return commands.some(
    command => 'AlterTableCmd' in command && /^AT_Enable(Always)?Trig/.test(command.AlterTableCmd.subtype ?? ''),
  );
}
