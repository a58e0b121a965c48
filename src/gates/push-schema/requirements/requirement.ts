import type { TableRequirement as Values } from '../../../config/schema/databases.ts';

/** What the code needs of one table. */
export interface TableRequirement {
  /** By name, with a type where the code needs one. */
  columns: Map<string, string | undefined>;
  /** Columns with which an index must begin, in any order. */
  indexes: string[][];
  /** The least number of rows. */
  rows: number;
  rowLevelSecurity: boolean;
  policies: string[];
}

/** By table; `schema.table` for one outside of the search path. */
export type Requirements = Map<string, TableRequirement>;

export function parseRequirements(values: Record<string, Values>): Requirements {
  return new Map(Object.entries(values).map(([table, value]) => [table, parseRequirement(value)]));
}

function parseRequirement(value: Values): TableRequirement {
  const given = Array.isArray(value) ? { columns: value } : value;
  const { columns = [], indexes = [], rows = 0, policies = [] } = given;
  return {
    columns: new Map(Array.isArray(columns) ? columns.map(name => [name, undefined]) : Object.entries(columns)),
    indexes: indexes.map(index => [index].flat()),
    rows,
    rowLevelSecurity: given['row-level-security'] ?? policies.length > 0,
    policies,
  };
}
