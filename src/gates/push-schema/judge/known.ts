import type { LiveTable } from './live.ts';
import { type ColumnType, parseType, type TableName } from './names.ts';

/** What migrations did to a table, or that they made it. */
interface Change {
  isMade: boolean;
  /** Whether no running code knows it. */
  isNew: boolean;
  live: LiveTable | undefined;
  columns: Map<string, ColumnType>;
  /** Those of the columns that no running code knows. */
  newColumns: Set<string>;
  indexes: string[][];
  /** Columns that a validated check keeps from being null. */
  neverNull: Set<string>;
  rowSecurity: boolean;
  policies: number;
}

/** Bytes up to which locking or rewriting a table is over before anyone notices. */
const small = 1024 * 1024;
/** Bytes from which it is an outage. */
const large = 100 * small;

/**
 * What the database has at one point of the pending migrations: what is live, where it could be asked, and what the
 * statements up to here have changed.
 */
export class Known {
  readonly #live: LiveTable[] | undefined;
  readonly #defaultSchema: string;
  readonly #changes = new Map<string, Change>();
  readonly #gone = new Set<string>();
  /** Types, views, functions and what else pending migrations have made, by kind and name. */
  readonly #made = new Set<string>();
  /** The column that each check which is not validated yet would keep from being null, by the check's name. */
  readonly notNullChecks = new Map<string, string>();

  /** `live` is undefined where no database was asked. `defaultSchema` is where names without a schema are. */
  constructor(live: LiveTable[] | undefined, defaultSchema: string) {
    this.#live = live;
    this.#defaultSchema = defaultSchema;
  }

  /** Whether the table may have rows and traffic: it is neither made by a pending migration nor known to be missing. */
  stands(table: TableName): boolean {
    if (this.#changes.get(this.#key(table))?.isNew || this.#gone.has(this.#key(table))) return false;
    return this.#live === undefined || this.live(table) !== undefined;
  }

  /** Whether the table is known to be there, live or made by a migration. */
  isThere(table: TableName): boolean {
    return (this.#changes.get(this.#key(table))?.isMade ?? false) || this.live(table) !== undefined;
  }

  isNew(table: TableName): boolean {
    return this.#changes.get(this.#key(table))?.isNew ?? false;
  }

  live(table: TableName): LiveTable | undefined {
    const changed = this.#changes.get(this.#key(table));
    if (changed) return changed.live;
    const schema = table.schema ?? this.#defaultSchema;
    return this.#live?.find(live => live.name === table.name && live.schema === schema);
  }

  /** Whether a pending migration has added the column, so that no running code knows it. */
  isNewColumn(table: TableName, column: string): boolean {
    return this.isNew(table) || (this.#changes.get(this.#key(table))?.newColumns.has(column) ?? false);
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
    if (this.#changes.get(this.#key(table))?.neverNull.has(column)) return true;
    const form = new RegExp(`\\(\\(?"?${column.replace(/\W/g, '\\$&')}"? IS NOT NULL\\)`, 'i');
    return this.live(table)?.checks.some(check => form.test(check)) ?? false;
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

  hasMade(kind: string, { name }: TableName): boolean {
    return this.#made.has(`${kind} ${name}`);
  }

  made(kind: string, { name }: TableName): void {
    this.#made.add(`${kind} ${name}`);
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
    this.#changes.set(this.#key({ ...table, name }), change);
  }

  addColumn(table: TableName, column: string, type: ColumnType): void {
    const { columns, newColumns } = this.change(table);
    columns.set(column, type);
    newColumns.add(column);
  }

  renameColumn(table: TableName, column: string, name: string): void {
    const { columns, newColumns } = this.change(table);
    const type = columns.get(column);
    if (type) columns.set(name, type);
    if (newColumns.has(column)) newColumns.add(name);
  }

  /** What was learnt up to here is in the database already: it may have rows and traffic, and running code knows it. */
  settle(): void {
    for (const change of this.#changes.values()) {
      change.isNew = false;
      change.newColumns.clear();
    }
    this.#made.clear();
  }

  /** What pending migrations have changed of the table, to be added to. */
  change(table: TableName): Change {
    const existing = this.#changes.get(this.#key(table));
    if (existing) return existing;
    const change = unchanged({ live: this.live(table) });
    this.#changes.set(this.#key(table), change);
    return change;
  }

  #key({ schema = this.#defaultSchema, name }: TableName): string {
    return `${schema}.${name}`;
  }
}

function unchanged({ isMade = false, live }: { isMade?: boolean; live?: LiveTable | undefined }): Change {
  const sets = { columns: new Map(), newColumns: new Set<string>(), indexes: [], neverNull: new Set<string>() };
  return { isMade, isNew: isMade, live, ...sets, rowSecurity: false, policies: 0 };
}
