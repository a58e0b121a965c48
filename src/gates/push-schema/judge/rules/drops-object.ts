import type { Node } from 'libpg-query';
import type { FindingKind } from '../../../../core/finding.ts';
import { remakes } from '../learn.ts';
import { qualifiedName, shown, type TableName } from '../names.ts';
import type { SqlRule } from '../rule.ts';

export const dropsObjectFinding: FindingKind = {
  code: 'schema/drops-object',
  severity: 'warning',
  boundary: 'data',
  meaning: 'A view, function, type or sequence goes that code which runs now may still use.',
  cause: 'DROP VIEW, FUNCTION, TYPE or SEQUENCE without making it anew in the same migration.',
  remedy: 'Release the code that does without it first.',
};

const objects: Record<string, string> = {
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'view',
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'function',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'type',
  OBJECT_SEQUENCE: 'sequence',
};

export const dropsObject: SqlRule = {
  kind: dropsObjectFinding,
  grade: 'breaking',
  look: {
    DropStmt: ({ removeType = '', objects: dropped = [] }, { known, siblings }) => {
      const kind = objects[removeType];
      if (!kind) return undefined;
      return dropped
        .map(nameOf)
        .filter(name => !known.hasMade(kind, name) && !siblings.some(node => remakes(node, kind, name)))
        .map(name => ({ seen: `The ${kind} ${shown(name)} is dropped.` }));
    },
  },
};

function nameOf(node: Node): TableName {
  if (!('ObjectWithArgs' in node)) return qualifiedName(node);
  return qualifiedName({ List: { items: node.ObjectWithArgs.objname ?? [] } });
}
