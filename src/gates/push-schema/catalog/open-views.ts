import type { DefElem, Node } from 'libpg-query';
import { qualifiedName, type TableName, tableOf } from './names.ts';

type ToBeMade = (name: TableName) => TableName;

/** Views of pending migrations that read with the rights of their owner, and that the public API may read. */
export class OpenViews {
  readonly #open = new Set<string>();

  has(view: TableName): boolean {
    return this.#open.has(keyOf(view));
  }

  /** Takes a statement into account. `toBeMade` adds the schema that CREATE would choose. */
  learn(node: Node, toBeMade: ToBeMade): void {
    if ('ViewStmt' in node) {
      const { view, options } = node.ViewStmt;
      this.#set(toBeMade(tableOf(view)), !isInvoker(options));
    } else if ('CreateTableAsStmt' in node && node.CreateTableAsStmt.objtype === 'OBJECT_MATVIEW') {
      this.#set(toBeMade(tableOf(node.CreateTableAsStmt.into?.rel)), true);
    } else if ('AlterTableStmt' in node) {
      const { relation, cmds = [] } = node.AlterTableStmt;
      if (cmds.some(setsInvoker)) this.#set(toBeMade(tableOf(relation)), false);
    } else if ('DropStmt' in node && /VIEW$/.test(node.DropStmt.removeType ?? '')) {
      for (const object of node.DropStmt.objects ?? []) this.#set(toBeMade(qualifiedName(object)), false);
    } else if ('GrantStmt' in node && !node.GrantStmt.is_grant && namesReader(node.GrantStmt.grantees)) {
      for (const object of node.GrantStmt.objects ?? []) {
        if ('RangeVar' in object) this.#set(toBeMade(tableOf(object.RangeVar)), false);
      }
    }
  }

  #set(view: TableName, isOpen: boolean): void {
    if (isOpen) this.#open.add(keyOf(view));
    else this.#open.delete(keyOf(view));
  }
}

function keyOf({ schema = 'public', name }: TableName): string {
  return `${schema}.${name}`;
}

function setsInvoker(command: Node): boolean {
  if (!('AlterTableCmd' in command) || command.AlterTableCmd.subtype !== 'AT_SetRelOptions') return false;
  const { def } = command.AlterTableCmd;
  return isInvoker(def && 'List' in def ? def.List.items : undefined);
}

/** Without a value, an option is on. */
function isInvoker(options: Node[] = []): boolean {
  return options.some(option => 'DefElem' in option && isOn(option.DefElem));
}

function isOn({ defname, arg }: DefElem): boolean {
  if (defname !== 'security_invoker') return false;
  return arg === undefined || /"(true|on|yes)"|"ival":1\b|"boolval":true/i.test(JSON.stringify(arg));
}

/** One of both is enough: whoever revokes from `anon` alone wants every user who has logged in to read it. */
function namesReader(grantees: Node[] = []): boolean {
  return grantees.some(node => 'RoleSpec' in node && node.RoleSpec.rolename === 'anon');
}
