import type { DefElem } from 'libpg-query';
import type { FindingKind } from '../../../core/finding.ts';
import type { Known } from '../catalog/known.ts';
import { nameOf, remakes } from '../catalog/made.ts';
import { shown, type TableName } from '../catalog/names.ts';
import type { SqlRule } from './rule.ts';

export const takesRightsFinding: FindingKind = {
  code: 'schema/takes-rights',
  severity: 'warning',
  boundary: 'identity',
  meaning: 'A role loses a right, or can no longer connect. Running code that uses this role may fail.',
  cause: 'REVOKE, DROP ROLE, ALTER ROLE, OWNER TO or FORCE ROW LEVEL SECURITY on something in use.',
  help: 'Ignore this if no running code uses the right. Otherwise, first release code that does not.',
};

export const takesRights: SqlRule = {
  kind: takesRightsFinding,
  grade: 'breaking',
  look: {
    GrantStmt: ({ is_grant: grants, grant_option: onlyOption, targtype, objtype = '', objects = [] }, about) => {
      if (grants || onlyOption) return undefined;
      if (targtype !== 'ACL_TARGET_OBJECT') return { message: 'Rights to all objects of a schema are revoked.' };
      const { known, siblings } = about;
      const kind = kinds[objtype] ?? 'table';
      return objects
        .map(nameOf)
        .filter(name => (kind === 'table' ? isInUse(known, name) : !known.hasMade(kind, name)))
        .filter(name => kind === 'table' || !siblings.some(node => remakes(node, kind, name)))
        .map(name => ({ message: `A right to the ${kind} ${shown(name)} is revoked.` }));
    },
    GrantRoleStmt: ({ is_grant: grants }) =>
      grants ? undefined : { message: 'A role is no longer a member of another.' },
    DropRoleStmt: () => ({ message: 'A role is dropped.' }),
    AlterRoleStmt: ({ role, options = [], action }) => {
      const restricts = options.some(node => 'DefElem' in node && isRestriction(node.DefElem));
      return restricts || action === -1
        ? { message: `The role ${role?.rolename ?? ''} loses an ability or gets a limit.` }
        : undefined;
    },
    AlterTableCmd: ({ subtype }, { known, table }) => {
      if (!isInUse(known, table)) return undefined;
      if (subtype === 'AT_ChangeOwner') return { message: `${shown(table)} gets another owner.` };
      if (subtype !== 'AT_ForceRowSecurity') return undefined;
      return { message: `Row-level security of ${shown(table)} now also applies to its owner.` };
    },
  },
};

const kinds: Record<string, string> = {
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'function',
  OBJECT_ROUTINE: 'function',
  OBJECT_SCHEMA: 'schema',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'type',
  OBJECT_DATABASE: 'database',
  OBJECT_FDW: 'foreign data wrapper',
  OBJECT_FOREIGN_SERVER: 'foreign server',
  OBJECT_LANGUAGE: 'language',
};

/** GRANT and REVOKE say TABLE for views and sequences, too. */
function isInUse(known: Known, name: TableName): boolean {
  return known.stands(name) && !known.hasMade('view', name) && !known.hasMade('sequence', name);
}

/** NOLOGIN and the like, a new password, or a limit. */
function isRestriction({ defname = '', arg }: DefElem): boolean {
  const isOff = arg !== undefined && 'Boolean' in arg && arg.Boolean.boolval !== true;
  return isOff || ['password', 'validUntil', 'connectionlimit'].includes(defname);
}
