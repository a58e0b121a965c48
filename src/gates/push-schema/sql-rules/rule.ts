import type { Node } from 'libpg-query';
import type { FindingKind, Severity } from '../../../core/finding.ts';
import type { GradedMigration } from '../../../core/record.ts';
import type { Known } from '../catalog/known.ts';
import type { LiveRights } from '../catalog/live-rights.ts';
import type { TableName } from '../catalog/names.ts';

export type Grade = GradedMigration['grade'];

type KeysOf<Union> = Union extends unknown ? keyof Union : never;
export type NodeName = KeysOf<Node>;
export type NodeOf<Name extends NodeName> = Extract<Node, Record<Name, unknown>>[Name];

/** The surroundings of the part of a statement that a rule looks at. */
export interface About {
  /** The known state of the database at this point. */
  known: Known;
  /** The table of the ALTER TABLE that a command belongs to; with `AlterTableCmd` only. */
  table: TableName;
  /** Statements of the same migration, this one included, in order. */
  siblings: Node[];
  /** The statement without comments and the contents of strings. */
  code: string;
  /** Whether the statement is part of a block, so that a condition may keep it from running. */
  inBlock: boolean;
  /** Whether the statement is a block that composes SQL while it runs. */
  dynamic: boolean;
  /** The server's major version; undefined where no server was asked. */
  serverVersion: number | undefined;
  /** What the role may do; undefined where no server was asked, or another role applies the migrations. */
  rights: LiveRights | undefined;
  settings: JudgeSettings;
}

export interface JudgeSettings {
  /** Whether tables of the exposed schema must have row-level security. */
  rowLevelSecurity: boolean;
  /** Whether each statement must be repeatable. */
  idempotent: boolean;
  /** Keys of what the lints of the live database may find. Default: none. */
  allow?: string[];
}

/** One thing that a rule found in a statement. */
export interface Sighting {
  /** A sentence, without the place of the statement. */
  message: string;
  help?: string;
  severity?: Severity;
  /** The grade for going back, where it differs from the rule's. */
  grade?: Grade;
  /** The severity depends on the size of this table. */
  size?: TableName;
  /** Called once all pending statements are known: whether one of them resolves it. */
  unless?: () => boolean;
  /** In bytes from the start of the script. Default: the start of the statement. */
  location?: number | undefined;
}

type Look<Name extends NodeName> = (node: NodeOf<Name>, about: About) => Sighting | Sighting[] | undefined;

/** One kind of hazard in SQL, found in the nodes that `look` names. */
export interface SqlRule {
  kind: FindingKind;
  /** Default: compatible. */
  grade?: Grade;
  /** Whether the finding is about the database and not about the script, so that no approval helps. Default false. */
  ofDatabase?: boolean;
  look: { [Name in NodeName]?: Look<Name> };
}
