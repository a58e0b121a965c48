import type { Constraint, Node } from 'libpg-query';
import type { FindingKind } from '../../../core/finding.ts';
import { columnNotNull } from '../catalog/columns.ts';
import { columnsOf, qualifiedName, shown, tableOf, typeOf } from '../catalog/names.ts';
import type { About, Sighting, SqlRule } from './rule.ts';

export const refusesWritesFinding: FindingKind = {
  code: 'schema/refuses-writes',
  severity: 'warning',
  boundary: 'data',
  meaning: 'From this migration on, the database may reject or redirect what running code writes.',
  cause:
    'GENERATED ALWAYS on a column that code fills, a new constraint of a domain, a restrictive policy, a rule, a sequence that ends earlier, or a NOT VALID constraint that no migration of the release validates.',
  help: 'First release code that writes only what the database will accept.',
};

/** The last value of a bigint sequence (docs: PostgreSQL, CREATE SEQUENCE). */
const largest = '9223372036854775807';

export const refusesWrites: SqlRule = {
  kind: refusesWritesFinding,
  grade: 'breaking',
  look: {
    AlterTableCmd: ({ subtype, def, name = '' }, about) => {
      const { known, table } = about;
      if (!known.stands(table)) return undefined;
      if (subtype === 'AT_AddConstraint' && def && 'Constraint' in def) return reportUnproven(def.Constraint, about);
      if (known.isNewColumn(table, name)) return undefined;
      if (subtype === 'AT_SetIdentity' && def && 'List' in def && def.List.items?.some(endsEarly)) {
        return { message: `${shown(table)}.${name} may run out of identity values for code that relies on them.` };
      }
      const isAlways =
        (subtype === 'AT_AddIdentity' && def && 'Constraint' in def && def.Constraint.generated_when === 'a') ||
        (subtype === 'AT_SetIdentity' && def && 'List' in def && def.List.items?.some(isGeneratedAlways));
      if (!isAlways) return undefined;
      return { message: `${shown(table)}.${name} becomes GENERATED ALWAYS, so code that writes it fails.` };
    },
    AlterDomainStmt: ({ subtype = '', typeName }, { known }) => {
      const names = columnsOf(typeName);
      if (!'OC'.includes(subtype) || known.hasMade('type', qualifiedName({ List: { items: typeName ?? [] } })))
        return undefined;
      return { message: `The domain ${names.join('.')} accepts fewer values than before.` };
    },
    AlterSeqStmt: ({ sequence, options = [] }, { known }) => {
      if (known.hasMade('sequence', tableOf(sequence)) || !options.some(endsEarly)) return undefined;
      return { message: `The sequence ${shown(tableOf(sequence))} may run out of values for code that uses it.` };
    },
    CreatePolicyStmt: ({ permissive, policy_name: name, table }, { known }) => {
      if (permissive || !known.stands(tableOf(table))) return undefined;
      return {
        message: `The restrictive policy "${name}" hides rows of ${shown(tableOf(table))} from roles that had access to them.`,
      };
    },
    RuleStmt: ({ instead, rulename, relation }, { known }) => {
      if (!instead || !known.stands(tableOf(relation))) return undefined;
      return {
        message: `The rule ${rulename} runs INSTEAD of what code does with ${shown(tableOf(relation))}.`,
      };
    },
  },
};

/** A constraint that is not validated may reject what running code writes: no existing row proves otherwise. */
function reportUnproven(constraint: Constraint, { known, table }: About): Sighting | undefined {
  const { contype, conname, skip_validation: notValid, raw_expr: check, fk_attrs: columns } = constraint;
  if (!notValid || (contype !== 'CONSTR_CHECK' && contype !== 'CONSTR_FOREIGN')) return undefined;
  if (columnNotNull(check) !== undefined) return undefined; // has a finding of its own
  const keys = columnsOf(columns);
  if (keys.length > 0 && keys.every(column => known.isNewColumn(table, column))) return undefined;
  const name = conname ?? [table.name, ...keys, contype === 'CONSTR_CHECK' ? 'check' : 'fkey'].join('_');
  return {
    message: `The constraint ${name} of ${shown(table)} is not validated, so running code may violate it.`,
    severity: 'notice',
    help: 'If running code satisfies it, validate it in a later migration of this release: `ALTER TABLE <table> VALIDATE CONSTRAINT <name>`.',
    unless: () => known.isValidated(table, name),
  };
}

/** MAXVALUE or a type below the largest, which the parser gives as text. */
function endsEarly(node: Node): boolean {
  if (!('DefElem' in node)) return false;
  const { defname, arg } = node.DefElem;
  if (arg === undefined) return false; // NO MAXVALUE
  if (defname === 'as') return 'TypeName' in arg && typeOf(arg.TypeName).name !== 'bigint';
  return defname === 'maxvalue' && !('Float' in arg && arg.Float.fval === largest);
}

/** The parser gives `ALWAYS` as the code of its first letter. */
function isGeneratedAlways(node: Node): boolean {
  if (!('DefElem' in node) || node.DefElem.defname !== 'generated') return false;
  const { arg } = node.DefElem;
  return arg !== undefined && 'Integer' in arg && arg.Integer.ival === 'a'.charCodeAt(0);
}
