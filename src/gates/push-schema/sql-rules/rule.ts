import type { Node } from 'libpg-query';
import type { FindingKind, Severity } from '../../../core/finding.ts';
import type { GradedMigration } from '../../../core/record.ts';
import type { Known } from '../catalog/known.ts';
import type { TableName } from '../catalog/names.ts';

export type Grade = GradedMigration['grade'];

type KeysOf<Union> = Union extends unknown ? keyof Union : never;
export type NodeName = KeysOf<Node>;
export type NodeOf<Name extends NodeName> = Extract<Node, Record<Name, unknown>>[Name];

/** What surrounds the part of a statement that a rule looks at. */
export interface About {
  /** What the database has at this point, as far as is known. */
  known: Known;
  /** The table of the ALTER TABLE that a command belongs to; with `AlterTableCmd` only. */
  table: TableName;
  /** Statements of the same migration, this one included, in order. */
  siblings: Node[];
  /** Whether the statement is a block that runs SQL which it puts together. */
  dynamic: boolean;
  /** The server's major version; undefined where no server was asked. */
  serverVersion: number | undefined;
  settings: JudgeSettings;
}

export interface JudgeSettings {
  /** Whether tables of the exposed schema must have row-level security. */
  rowLevelSecurity: boolean;
  /** Whether each statement must be one that can be run a second time. */
  idempotent: boolean;
}

/** One thing that a rule has seen in a statement. */
export interface Sighting {
  /** A sentence, the statement's place apart. */
  message: string;
  help?: string;
  severity?: Severity;
  /** What it means for going back, where that differs from the rule's own. */
  grade?: Grade;
  /** How bad it is depends on the size of this table. */
  size?: TableName;
  /** Asked once all pending statements are known: whether one of them has made it good. */
  unless?: () => boolean;
  /** Where, in bytes from the start of the script; the statement's start where it is left out. */
  location?: number | undefined;
}

type Look<Name extends NodeName> = (node: NodeOf<Name>, about: About) => Sighting | Sighting[] | undefined;

/** One thing to be found in SQL, wherever the nodes that it looks at occur. */
export interface SqlRule {
  kind: FindingKind;
  /** Default: compatible. */
  grade?: Grade;
  look: { [Name in NodeName]?: Look<Name> };
}
