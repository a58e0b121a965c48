import type { Constraint, Node, RangeVar } from 'libpg-query';
import type { FindingKind } from '../../../core/finding.ts';
import type { LiveRights } from '../catalog/live-rights.ts';
import { nameOf } from '../catalog/made.ts';
import { qualifiedName, shown, type TableName, tableOf, textOf } from '../catalog/names.ts';
import type { About, Sighting, SqlRule } from './rule.ts';

export const missingRightFinding: FindingKind = {
  code: 'schema/missing-right',
  severity: 'error',
  boundary: 'data',
  meaning: 'The role of the connection may not do what a migration does, so the migration would fail.',
  cause: 'A table or policy of another owner, or a role that may not create objects in a schema or database.',
  help: 'Use the connection string of the role that owns the objects, or name that role in `set-role`.',
};

/** Within a block and after SET ROLE, the gate cannot tell whether the statement runs, or as whom. */
export const missingRight: SqlRule = {
  kind: missingRightFinding,
  ofDatabase: true,
  look: {
    AlterTableStmt: whenKnown(({ relation }, about) => requireOwner(relation, about)),
    AlterTableCmd: whenKnown(({ def }, about) => requireReferences(listConstraints(def), about)),
    AlterObjectSchemaStmt: whenKnown(({ relation }, about) => requireOwner(relation, about)),
    AlterPolicyStmt: whenKnown(({ table }, about) => requirePolicyRight(table, about)),
    CommentStmt: whenKnown(({ objtype = '', object }, about) => {
      if (/^OBJECT_(TABLE|VIEW|MATVIEW|SEQUENCE)$/.test(objtype)) return requireOwner(nameOf(object), about);
      return objtype === 'OBJECT_COLUMN' ? requireOwner(parentOf(object), about) : undefined;
    }),
    CreateDomainStmt: whenKnown(({ domainname }, about) => requireCreation(listed(domainname), about)),
    CreateEnumStmt: whenKnown(({ typeName }, about) => requireCreation(listed(typeName), about)),
    CreateEventTrigStmt: whenKnown((_, { rights }) =>
      rights.isSuperuser || rights.isManaged ? undefined : lacks(rights, 'create event triggers', 'SUPERUSER'),
    ),
    CreateExtensionStmt: whenKnown(({ extname = '' }, { rights }) => {
      const extension = rights.extensions.find(({ name }) => name === extname);
      if (!extension || extension.isInstalled || rights.isSuperuser || rights.isManaged) return undefined;
      if (extension.isTrusted && rights.mayCreateSchemas) return undefined;
      return lacks(
        rights,
        `create the extension ${extname}`,
        extension.isTrusted ? 'CREATE on the database' : 'SUPERUSER',
      );
    }),
    CreateFunctionStmt: whenKnown(({ funcname }, about) => requireCreation(listed(funcname), about)),
    CreatePolicyStmt: whenKnown(({ table }, about) => requirePolicyRight(table, about)),
    CreateRoleStmt: whenKnown((_, { rights }) =>
      rights.isSuperuser || rights.isManaged || rights.mayCreateRoles
        ? undefined
        : lacks(rights, 'create roles', 'CREATEROLE'),
    ),
    CreateSchemaStmt: whenKnown((_, { rights }) =>
      rights.mayCreateSchemas ? undefined : lacks(rights, 'create schemas', 'CREATE on the database'),
    ),
    CreateSeqStmt: whenKnown(({ sequence }, about) => requireCreationOf(sequence, about)),
    CreateStmt: whenKnown(({ relation, tableElts = [] }, about) => [
      ...requireCreationOf(relation, about),
      ...requireReferences(tableElts.flatMap(listConstraints), about),
    ]),
    CreateTableAsStmt: whenKnown(({ into }, about) => requireCreationOf(into?.rel, about)),
    CreateTrigStmt: whenKnown(({ relation }, about) => requireRight('TRIGGER', relation, about)),
    DeleteStmt: whenKnown(({ relation }, about) => requireRight('DELETE', relation, about)),
    DropStmt: whenKnown(({ removeType = '', objects = [] }, about) => {
      if (/^OBJECT_(TABLE|VIEW|MATVIEW|SEQUENCE|FOREIGN_TABLE)$/.test(removeType))
        return objects.flatMap(object => requireOwnerOfTableOrSchema(nameOf(object), about));
      if (removeType === 'OBJECT_POLICY') return objects.flatMap(object => requirePolicyRight(parentOf(object), about));
      if (/^OBJECT_(TRIGGER|RULE)$/.test(removeType) && !about.rights.isManaged)
        return objects.flatMap(object => requireOwner(parentOf(object), about));
      return undefined;
    }),
    IndexStmt: whenKnown(({ relation }, about) => requireOwner(relation, about)),
    InsertStmt: whenKnown(({ relation }, about) => requireRight('INSERT', relation, about)),
    RenameStmt: whenKnown(({ relation }, about) => requireOwner(relation, about)),
    RuleStmt: whenKnown(({ relation }, about) => requireOwner(relation, about)),
    TruncateStmt: whenKnown(({ relations = [] }, about) =>
      relations.flatMap(node => ('RangeVar' in node ? requireRight('TRUNCATE', node.RangeVar, about) : [])),
    ),
    UpdateStmt: whenKnown(({ relation }, about) => requireRight('UPDATE', relation, about)),
    ViewStmt: whenKnown(({ view, replace }, about) => [
      ...requireCreationOf(view, about),
      ...(replace ? requireOwner(view, about) : []),
    ]),
  },
};

type WithRights = About & { rights: LiveRights };

function whenKnown<Statement>(
  look: (node: Statement, about: WithRights) => Sighting | Sighting[] | undefined,
): (node: Statement, about: About) => Sighting | Sighting[] | undefined {
  return (node, about) => {
    const { rights, inBlock, siblings } = about;
    return rights && !inBlock && !siblings.some(setsRole) ? look(node, { ...about, rights }) : undefined;
  };
}

function setsRole(node: Node): boolean {
  return 'VariableSetStmt' in node && /^(role|session_authorization)$/.test(node.VariableSetStmt.name ?? '');
}

function requireOwner(relation: RangeVar | TableName | undefined, { known, rights }: WithRights): Sighting[] {
  const table = toName(relation);
  const access = known.live(table)?.access;
  if (!access || access.isOwn) return [];
  const message = `The role ${rights.role} may not change ${shown(table)}: it belongs to ${access.owner}.`;
  const help = access.maySetOwner
    ? `Set \`set-role: ${access.owner}\` for this database.`
    : `Use the connection string of ${access.owner}, or have an administrator run \`GRANT ${access.owner} TO ${rights.role}\` and set \`set-role: ${access.owner}\`.`;
  return [{ message, help }];
}

/** Supabase lets its role `postgres` change the policies of some tables that it does not own (supabase/supautils). */
function requirePolicyRight(relation: RangeVar | TableName | undefined, about: WithRights): Sighting[] {
  return about.rights.isManaged ? [] : requireOwner(relation, about);
}

/** docs: PostgreSQL, DROP TABLE. */
function requireOwnerOfTableOrSchema(table: TableName, about: WithRights): Sighting[] {
  const schema = about.known.live(table)?.schema;
  const ownsSchema = about.rights.schemas.some(({ name, isOwn }) => name === schema && isOwn);
  return ownsSchema ? [] : requireOwner(table, about);
}

function requireRight(right: string, relation: RangeVar | undefined, { known, rights }: WithRights): Sighting[] {
  const table = tableOf(relation);
  const access = known.live(table)?.access;
  if (!access || access.rights.includes(right)) return [];
  const message = `The role ${rights.role} lacks the right ${right} on ${shown(table)}.`;
  return [{ message, help: `As ${access.owner}, run \`GRANT ${right} ON ${shown(table)} TO ${rights.role}\`.` }];
}

function requireReferences(constraints: Constraint[], about: WithRights): Sighting[] {
  return constraints.flatMap(({ contype, pktable }) =>
    contype === 'CONSTR_FOREIGN' ? requireRight('REFERENCES', pktable, about) : [],
  );
}

function requireCreationOf(relation: RangeVar | undefined, about: WithRights): Sighting[] {
  return relation?.relpersistence === 't' ? [] : requireCreation(tableOf(relation), about);
}

function requireCreation(name: TableName, { known, rights }: WithRights): Sighting[] {
  const { schema = '' } = known.toBeMade(name);
  if (known.hasMade('schema', { name: schema })) return [];
  const live = rights.schemas.find(({ name }) => name === schema);
  if (!live || live.mayCreate) return [];
  const message = `The role ${rights.role} may not create ${name.name} in the schema ${schema}.`;
  return [{ message, help: `As its owner, run \`GRANT CREATE ON SCHEMA ${schema} TO ${rights.role}\`.` }];
}

function lacks({ role }: LiveRights, what: string, right: string): Sighting {
  const help = `Use the connection string of a role that may, or have an administrator do it once: it needs ${right}.`;
  return { message: `The role ${role} may not ${what}.`, help };
}

/** The constraints of a column or of a table. */
function listConstraints(node: Node | undefined): Constraint[] {
  if (!node) return [];
  if ('Constraint' in node) return [node.Constraint];
  return 'ColumnDef' in node ? (node.ColumnDef.constraints ?? []).flatMap(listConstraints) : [];
}

function toName(relation: RangeVar | TableName | undefined): TableName {
  return relation && 'name' in relation ? relation : tableOf(relation);
}

/** The table of a column, policy, trigger or rule, which is the last part of its name. */
function parentOf(node: Node | undefined): TableName {
  const parts = node && 'List' in node ? (node.List.items ?? []).map(textOf) : [];
  const [name = '', schema] = parts.slice(0, -1).reverse();
  return schema ? { schema, name } : { name };
}

function listed(names: Node[] | undefined): TableName {
  return qualifiedName({ List: { items: names ?? [] } });
}
