import type { LiveTable } from './live-tables.ts';
import { type ColumnType, parseType, type TableName } from './names.ts';
import { OpenViews } from './open-views.ts';

/** What migrations did to a table, or that they made it. */
interface Change {
  isMade: boolean;
  /** Whether no running code knows it. */
  isNew: boolean;
  live: LiveTable | undefined;
  columns: Map<string, ColumnType>;
  /** Those of the columns that no running code knows. */
  newColumns: Map<string, NewColumn>;
  indexes: string[][];
  /** The names of those indexes that are unique. */
  uniqueIndexes: string[];
  /** Its checks by name, each with the column that it would keep from being null, if it is no more than that. */
  checks: Map<string, string | undefined>;
  /** The names of constraints that no running code knows. */
  newConstraints: Set<string>;
  /** The names of constraints that were validated apart. */
  validated: Set<string>;
  /** Columns that a validated check keeps from being null. */
  neverNull: Set<string>;
  /** Those of them that running code meets. */
  neverNullBefore: Set<string>;
  rowSecurity: boolean;
  policies: number;
}

/** What a row needs of a column that running code leaves out. */
interface NewColumn {
  isRequired: boolean;
  hasDefault: boolean;
}

/** Where temporary tables are, which are found before all others. */
export const temporarySchema = 'pg_temp';

/** Bytes up to which locking or rewriting a table is over before anyone notices. */
const small = 1024 * 1024;
/** Bytes from which it is an outage. */
const large = 100 * small;

/**
 * What the database has at one point of the pending migrations: what is live, where it could be asked, and what the
 * statements up to here have changed.
 */
export class Known {
  readonly #live: Map<string, LiveTable> | undefined;
  /** The schemas in which names without one are looked for, in order. */
  searchPath: string[];
  readonly openViews = new OpenViews();
  readonly #changes = new Map<string, Change>();
  readonly #gone = new Set<string>();
  /** Types, views, functions and what else pending migrations have made, by kind and name. */
  readonly #made = new Set<string>();
  /** What functions return, live ones and those that migrations have made, by name. */
  readonly #returns = new Map<string, string>();

  /** `live` is undefined where no database was asked. */
  constructor(live: LiveTable[] | undefined, searchPath: string[]) {
    this.#live = live && new Map(live.map(table => [keyOf(table), table]));
    this.searchPath = searchPath;
  }

  /** Whether the table may have rows and traffic: it is neither made by a pending migration nor known to be missing. */
  stands(table: TableName): boolean {
    const key = this.#key(table);
    const changed = this.#changes.get(key);
    if (changed?.isNew || this.#gone.has(key)) return false;
    return this.#live === undefined || (changed ? changed.live : this.#live.get(key)) !== undefined;
  }

  /** Whether the table is known to be there, live or made by a migration. */
  isThere(table: TableName): boolean {
    return (this.#changes.get(this.#key(table))?.isMade ?? false) || this.live(table) !== undefined;
  }

  isNew(table: TableName): boolean {
    return this.#changes.get(this.#key(table))?.isNew ?? false;
  }

  live(table: TableName): LiveTable | undefined {
    const key = this.#key(table);
    const changed = this.#changes.get(key);
    if (changed) return changed.live;
    return this.#gone.has(key) ? undefined : this.#live?.get(key);
  }

  /** Whether a pending migration has added the column, so that no running code knows it. */
  isNewColumn(table: TableName, column: string): boolean {
    return this.isNew(table) || this.newColumn(table, column) !== undefined;
  }

  /** A column that a pending migration has added. */
  newColumn(table: TableName, column: string): NewColumn | undefined {
    return this.#changes.get(this.#key(table))?.newColumns.get(column);
  }

  /** Whether the table's columns are known, and this is none of them. */
  lacksColumn(table: TableName, column: string): boolean {
    if (!this.isThere(table)) return false;
    const live = this.live(table)?.columns.some(({ name }) => name === column) ?? false;
    return !live && !this.#changes.get(this.#key(table))?.columns.has(column);
  }

  columnType(table: TableName, column: string): ColumnType | undefined {
    const pending = this.#changes.get(this.#key(table))?.columns.get(column);
    const live = this.live(table)?.columns.find(({ name }) => name === column);
    return pending ?? (live && parseType(live.type));
  }

  /** Whether an index begins with these columns, in any order. */
  hasIndex(table: TableName, columns: string[]): boolean {
    const indexes = [...(this.#changes.get(this.#key(table))?.indexes ?? []), ...(this.live(table)?.indexes ?? [])];
    return indexes.some(index => columns.every(column => index.slice(0, columns.length).includes(column)));
  }

  /** Whether a validated check says that the column is never null. */
  neverNull(table: TableName, column: string): boolean {
    return this.#changes.get(this.#key(table))?.neverNull.has(column) || this.wasNeverNull(table, column);
  }

  /** Whether such a check was there before the pending migrations, so that running code keeps it. */
  wasNeverNull(table: TableName, column: string): boolean {
    if (this.#changes.get(this.#key(table))?.neverNullBefore.has(column)) return true;
    const form = new RegExp(`\\(\\(?"?${column.replace(/\W/g, '\\$&')}"? IS NOT NULL\\)`, 'i');
    return this.live(table)?.checks.some(check => form.test(check)) ?? false;
  }

  /** Whether the constraint is known to be a check, which nothing but writes can stumble over. */
  isCheck(table: TableName, constraint: string): boolean {
    if (this.#changes.get(this.#key(table))?.checks.has(constraint)) return true;
    return this.live(table)?.checkNames.includes(constraint) ?? false;
  }

  /** Whether a pending migration has added the constraint. */
  isNewConstraint(table: TableName, constraint: string): boolean {
    return this.#changes.get(this.#key(table))?.newConstraints.has(constraint) ?? false;
  }

  /** Whether a migration has validated the constraint in a statement of its own. */
  isValidated(table: TableName, constraint: string): boolean {
    return this.#changes.get(this.#key(table))?.validated.has(constraint) ?? false;
  }

  /** Whether an index of this name is known to be unique. */
  isUniqueIndex({ name }: TableName): boolean {
    const changed = [...this.#changes.values()].some(({ uniqueIndexes }) => uniqueIndexes.includes(name));
    return changed || [...(this.#live?.values() ?? [])].some(({ uniqueIndexes }) => uniqueIndexes.includes(name));
  }

  hasRowSecurity(table: TableName): boolean {
    return (this.#changes.get(this.#key(table))?.rowSecurity || this.live(table)?.rowSecurity) ?? false;
  }

  hasPolicy(table: TableName): boolean {
    return (this.#changes.get(this.#key(table))?.policies ?? 0) + (this.live(table)?.policies ?? 0) > 0;
  }

  /** How large the table is, as far as it matters; undefined where it is not known. */
  size(table: TableName): 'empty' | 'small' | 'medium' | 'large' | undefined {
    const live = this.live(table);
    if (!live) return undefined;
    if (live.bytes === 0) return 'empty';
    return live.bytes <= small ? 'small' : live.bytes < large ? 'medium' : 'large';
  }

  hasMade(kind: string, name: TableName): boolean {
    return this.#made.has(`${kind} ${keyOf(this.toBeMade(name))}`);
  }

  made(kind: string, name: TableName): void {
    this.#made.add(`${kind} ${keyOf(this.toBeMade(name))}`);
  }

  /** What a function returns, as `returnsOf` shows it; undefined where it is not known. */
  returns(name: TableName): string | undefined {
    return this.#returns.get(keyOf(this.toBeMade(name)));
  }

  learnReturns(name: TableName, returns: string): void {
    this.#returns.set(keyOf(this.toBeMade(name)), returns);
  }

  create(table: TableName): void {
    this.#gone.delete(this.#key(table));
    this.#changes.set(this.#key(table), unchanged({ isMade: true }));
  }

  drop(table: TableName): void {
    this.#changes.delete(this.#key(table));
    this.#gone.add(this.#key(table));
  }

  rename(table: TableName, name: string): void {
    const change = this.change(table);
    this.#changes.delete(this.#key(table));
    this.#gone.add(this.#key(table));
    this.#gone.delete(this.#key({ ...table, name }));
    this.#changes.set(this.#key({ ...table, name }), change);
  }

  addColumn(table: TableName, column: string, type: ColumnType, needs: NewColumn): void {
    const { columns, newColumns } = this.change(table);
    columns.set(column, type);
    newColumns.set(column, needs);
  }

  renameColumn(table: TableName, column: string, name: string): void {
    const { columns, newColumns } = this.change(table);
    const type = columns.get(column);
    if (type) columns.set(name, type);
    const added = newColumns.get(column);
    if (added) newColumns.set(name, added);
    newColumns.delete(column);
  }

  /** What was learnt up to here is in the database already: it may have rows and traffic, and running code knows it. */
  settle(): void {
    for (const change of this.#changes.values()) {
      change.isNew = false;
      change.newColumns.clear();
      change.newConstraints.clear();
      change.neverNullBefore = new Set(change.neverNull);
    }
    this.#made.clear();
  }

  /** What pending migrations have changed of the table, to be added to. */
  change(table: TableName): Change {
    const key = this.#key(table);
    const existing = this.#changes.get(key);
    if (existing) return existing;
    const change = unchanged({ live: this.live(table) });
    this.#changes.set(key, change);
    return change;
  }

  /** The table where CREATE puts it: in the first schema of the search path, unless it names one. */
  toBeMade({ schema = this.searchPath[0] ?? 'public', name }: TableName): TableName {
    return { schema, name };
  }

  /** The first of that name in the search path; where there is none, the one that would be made. Asked by every rule. */
  #key(table: TableName): string {
    if (table.schema) return keyOf(table);
    const { name } = table;
    const temporary = `${temporarySchema}.${name}`;
    if (this.#holds(temporary)) return temporary;
    for (const schema of this.searchPath) {
      const key = `${schema}.${name}`;
      if (this.#holds(key)) return key;
    }
    return keyOf(this.toBeMade(table));
  }

  #holds(key: string): boolean {
    return this.#changes.has(key) || (!this.#gone.has(key) && (this.#live?.has(key) ?? false));
  }
}

function keyOf({ schema = '', name }: TableName): string {
  return `${schema}.${name}`;
}

function unchanged({ isMade = false, live }: { isMade?: boolean; live?: LiveTable | undefined }): Change {
  return {
    isMade,
    isNew: isMade,
    live,
    columns: new Map(),
    newColumns: new Map(),
    indexes: [],
    uniqueIndexes: [],
    checks: new Map(),
    newConstraints: new Set(),
    validated: new Set(),
    neverNull: new Set(),
    neverNullBefore: new Set(),
    rowSecurity: false,
    policies: 0,
  };
}
