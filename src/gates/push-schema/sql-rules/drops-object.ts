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
  meaning: 'A view, function, type, trigger, policy or the like goes that code which runs now may still rely on.',
  cause:
    'DISABLE TRIGGER, or DROP VIEW, FUNCTION, TYPE, SEQUENCE, TRIGGER, POLICY or EXTENSION without making it anew in the same migration, a view made anew with fewer columns, or a function that returns something else.',
  help: 'Release the code that does without it first.',
};

/** By the kinds that a statement makes; any other is called what the parser calls it. */
const objects: Record<string, string> = {
  OBJECT_MATVIEW: 'view',
  OBJECT_PROCEDURE: 'function',
  OBJECT_ROUTINE: 'function',
  OBJECT_AGGREGATE: 'function',
  OBJECT_DOMAIN: 'type',
};

/** What has a rule of its own, or is of no use to code that runs. */
const others = /^OBJECT_(TABLE|SCHEMA|INDEX|STATISTIC_EXT|PUBLICATION|EVENT_TRIGGER)$/;

export const dropsObject: SqlRule = {
  kind: dropsObjectFinding,
  grade: 'breaking',
  look: {
    AlterTableCmd: ({ subtype = '', name = 'all' }, { known, table, siblings }) => {
      if (!/^AT_DisableTrig/.test(subtype) || !known.stands(table)) return undefined;
      if (siblings.some(node => switchesOn(node, table))) return undefined;
      return { message: `Triggers of ${shown(table)} are switched off: ${name}.` };
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
          const anew = after.find(sibling => remakes(sibling, kind, name));
          if (!anew) return [{ message: `The ${kind} ${shown(name)} is dropped.` }];
          const [was, is] = [known.returns(name), returnsOf(anew)];
          if (was !== undefined && is !== undefined && was !== is) {
            return [{ message: `The ${kind} ${shown(name)} is made anew to return ${is}, and returned ${was}.` }];
          }
          const columns = viewColumnsOf(anew);
          const lost = known.live(name)?.columns.find(column => columns && !columns.includes(column.name));
          return lost ? [{ message: `The ${kind} ${shown(name)} is made anew without the column ${lost.name}.` }] : [];
        });
    },
  },
};

function switchesOn(node: Node, { name }: TableName): boolean {
  if (!('AlterTableStmt' in node) || node.AlterTableStmt.relation?.relname !== name) return false;
  const commands = node.AlterTableStmt.cmds ?? [];
  return commands.some(
    command => 'AlterTableCmd' in command && /^AT_Enable(Always)?Trig/.test(command.AlterTableCmd.subtype ?? ''),
  );
}
