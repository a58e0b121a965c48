import type { Dirent } from 'node:fs';
import type { Finding, Place } from '../../../core/finding.ts';
import type { Migration } from '../migration.ts';

/** The tools whose migrations are known, as the configuration names them. */
export type Tool = 'prisma' | 'supabase' | 'drizzle' | 'node-pg-migrate' | 'knex' | 'sql';

/** What a folder of migrations has in it. */
export interface MigrationFolder {
  tool: Tool;
  /** In the order in which they are applied. */
  migrations: Migration[];
  /** What is wrong with files of it. */
  findings: Finding[];
}

export interface FolderRequest {
  workspace: string;
  /** From the root of the repository. */
  path: string;
  /** Whose they are; told by the layout when left out. */
  tool?: Tool | undefined;
  place?: Place | undefined;
}

/** How one tool lays its migrations out. */
export interface Layout {
  /** Whether the folder is this tool's. */
  fits(entries: Dirent[], request: FolderRequest): boolean | Promise<boolean>;
  /** Whether a file is a migration, by its path within the folder. */
  isMigration(file: string): boolean;
  read(entries: Dirent[], request: FolderRequest): Promise<MigrationFolder>;
}
