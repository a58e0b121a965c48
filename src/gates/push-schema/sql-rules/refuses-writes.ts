import type { Constraint, Node } from 'libpg-query';
import type { FindingKind } from '../../../core/finding.ts';
import { columnNotNull } from '../catalog/columns.ts';
import { columnsOf, qualifiedName, shown, tableOf, typeOf } from '../catalog/names.ts';
import type { About, Sighting, SqlRule } from './rule.ts';

export const refusesWritesFinding: FindingKind = {
  code: 'schema/refuses-writes',
  severity: 'warning',
  boundary: 'data',
  meaning: 'What code that runs now writes may be refused or go elsewhere from this moment on.',
  cause:
    'GENERATED ALWAYS on a column that code fills, a new condition of a domain, a restrictive policy, a rule, a sequence that ends earlier, or a constraint that is NOT VALID and no migration of the release validates.',
  help: 'Release the code that writes only what is let through first.',
};

/** Of a sequence of bigint (docs: PostgreSQL, CREATE SEQUENCE). */
const largest = '9223372036854775807';

export const refusesWrites: SqlRule = {
  kind: refusesWritesFinding,
  grade: 'breaking',
  look: {
    AlterTableCmd: ({ subtype, def, name = '' }, about) => {
      const { known, table } = about;
      if (!known.stands(table)) return undefined;
      if (subtype === 'AT_AddConstraint' && def && 'Constraint' in def) return ofUnproven(def.Constraint, about);
      if (known.isNewColumn(table, name)) return undefined;
      if (subtype === 'AT_SetIdentity' && def && 'List' in def && def.List.items?.some(endsEarly)) {
        return { message: `The numbers of ${shown(table)}.${name} may be used up for code that writes no own.` };
      }
      const isAlways =
        (subtype === 'AT_AddIdentity' && def && 'Constraint' in def && def.Constraint.generated_when === 'a') ||
        (subtype === 'AT_SetIdentity' && def && 'List' in def && def.List.items?.some(isGeneratedAlways));
      if (!isAlways) return undefined;
      return { message: `${shown(table)}.${name} is GENERATED ALWAYS, so code that writes it is refused.` };
    },
    AlterDomainStmt: ({ subtype = '', typeName }, { known }) => {
      const names = columnsOf(typeName);
      if (!'OC'.includes(subtype) || known.hasMade('type', qualifiedName({ List: { items: typeName ?? [] } })))
        return undefined;
      return { message: `The domain ${names.join('.')} lets less through than before.` };
    },
    AlterSeqStmt: ({ sequence, options = [] }, { known }) => {
      if (known.hasMade('sequence', tableOf(sequence)) || !options.some(endsEarly)) return undefined;
      return { message: `The sequence ${shown(tableOf(sequence))} may have no more numbers for code that takes one.` };
    },
    CreatePolicyStmt: ({ permissive, policy_name: name, table }, { known }) => {
      if (permissive || !known.stands(tableOf(table))) return undefined;
      return {
        message: `The restrictive policy "${name}" takes rows of ${shown(tableOf(table))} from those who had them.`,
      };
    },
    RuleStmt: ({ instead, rulename, relation }, { known }) => {
      if (!instead || !known.stands(tableOf(relation))) return undefined;
      return {
        message: `The rule ${rulename} does something else INSTEAD of what code asks of ${shown(tableOf(relation))}.`,
      };
    },
  },
};

/** A constraint that no row was held against says nothing of what code of before writes. */
function ofUnproven(constraint: Constraint, { known, table }: About): Sighting | undefined {
  const { contype, conname, skip_validation: notValid, raw_expr: check, fk_attrs: columns } = constraint;
  if (!notValid || (contype !== 'CONSTR_CHECK' && contype !== 'CONSTR_FOREIGN')) return undefined;
  if (columnNotNull(check) !== undefined) return undefined; // has a finding of its own
  const keys = columnsOf(columns);
  if (keys.length > 0 && keys.every(column => known.isNewColumn(table, column))) return undefined;
  const name = conname ?? [table.name, ...keys, contype === 'CONSTR_CHECK' ? 'check' : 'fkey'].join('_');
  return {
    message: `The constraint ${name} of ${shown(table)} is not validated, so nothing tells whether running code keeps it.`,
    severity: 'notice',
    help: 'Validate it in a later migration of the same release, if the code that runs now keeps it.',
    unless: () => known.isValidated(table, name),
  };
}

/** MAXVALUE or a type, unless it is the largest there is, which the parser gives as text. */
function endsEarly(node: Node): boolean {
  if (!('DefElem' in node)) return false;
  const { defname, arg } = node.DefElem;
  if (arg === undefined) return false; // NO MAXVALUE
  if (defname === 'as') return 'TypeName' in arg && typeOf(arg.TypeName).name !== 'bigint';
  return defname === 'maxvalue' && !('Float' in arg && arg.Float.fval === largest);
}

/** `ALWAYS`, which the parser gives as the code of its first letter. */
function isGeneratedAlways(node: Node): boolean {
  if (!('DefElem' in node) || node.DefElem.defname !== 'generated') return false;
  const { arg } = node.DefElem;
  return arg !== undefined && 'Integer' in arg && arg.Integer.ival === 'a'.charCodeAt(0);
}
