import type { Dirent } from 'node:fs';
import type { ToolKey } from '../../../config/schema/databases.ts';
import type { Finding, Place } from '../../../core/finding.ts';
import type { LedgerRule } from '../ledger-rules/rule.ts';
import type { Migration } from '../migration.ts';
import type { Ledger } from './ledger.ts';

/** All that the gate knows of a migration tool. */
export interface Tool {
  /** As the configuration calls it. */
  key: ToolKey;
  /** As its users call it. */
  name: string;
  layout: Layout;
  ledger: Ledger;
  /** What must hold between the ledger and the repository before anything is applied. */
  rules: LedgerRule[];
  /** The key of the advisory lock that protects its migrations; a bigint. */
  lockKey: bigint;
  /** Whether the tool's own CLI takes this lock, or another one of its own. Default false. */
  takesLock?: boolean;
  /** Whether its databases have a public API, for which each table needs row-level security. Default false. */
  hasPublicApi?: boolean;
}

/** For tools that take no lock: the letters `relgates` in ASCII. It keeps two releases by this gate apart. */
export const ownLockKey = 0x72656c6761746573n;

/** How one tool lays out its migrations in a folder. */
export interface Layout {
  /** Whether no other tool lays out its migrations like this. Default false. */
  isDistinct?: boolean;
  /** Whether the folder is this tool's. */
  fits(entries: Dirent[], request: FolderRequest): boolean | Promise<boolean>;
  /** Whether a file is a migration, by its path within the folder. */
  isMigration(file: string): boolean;
  read(entries: Dirent[], request: FolderRequest): Promise<MigrationFolder>;
}

export interface FolderRequest {
  workspace: string;
  /** From the root of the repository. */
  path: string;
  /** The tool that the configuration names; otherwise the layout tells. */
  tool?: ToolKey | undefined;
  place?: Place | undefined;
}

export interface MigrationFolder {
  /** In the order in which they are applied. */
  migrations: Migration[];
  /** Files of the folder that are not as they should be. */
  findings: Finding[];
}
