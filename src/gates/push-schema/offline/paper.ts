import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { ChangedFile } from '../../../core/changed-files.ts';
import { GateError } from '../../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { layouts, readMigrations } from '../layouts/index.ts';
import type { Tool } from '../layouts/layout.ts';
import type { Migration } from '../migration.ts';
import type { Source } from '../source.ts';

export const notInCheckout: FindingKind = {
  code: 'schema/not-in-checkout',
  severity: 'error',
  boundary: 'data',
  meaning: 'A migration of the pull request is not in the checkout, so it cannot be judged.',
  cause: 'A checkout of the base, as the event `pull_request_target` has it, or a newer push to the pull request.',
  help: 'Run the gate on the event `pull_request`, whose checkout is the pull request merged into its base; after a newer push, look at its own run.',
};

/** One database as the repository tells of it, without a connection. */
export interface Paper {
  source: Source;
  tool: Tool;
  /** All that the repository has, in order. */
  migrations: Migration[];
  /** What the pull request adds to its base; all of them where no pull request is known. */
  pending: Migration[];
  /** What the base has, and the pull request modifies. */
  modified: Migration[];
  /** What the base has and the pull request takes away: the paths. */
  removed: string[];
  /** What is wrong with files among the migrations. */
  faults: Finding[];
}

/**
 * Reads the folder. Throws a GateError when it holds nothing that could be applied, or not all that the pull request
 * brings.
 */
export async function readPaper(source: Source, workspace: string, changes: ChangedFile[] | undefined): Promise<Paper> {
  const { folder: path, values, placeOf } = source;
  const { tool, migrations, findings } = await readMigrations({
    workspace,
    path,
    tool: values.tool,
    place: placeOf('migrations'),
  });
  const own = changes?.filter(change => layouts[tool].isMigration(posix.relative(posix.normalize(path), change.path)));
  const absent = (own ?? []).filter(file => file.change !== 'removed' && !existsSync(join(workspace, file.path)));
  if (absent.length > 0) {
    const seen = (file: ChangedFile) => `The pull request brings ${file.path}, which is not in the checkout.`;
    throw new GateError(absent.map(file => found(notInCheckout, { message: seen(file), place: { path: file.path } })));
  }
  const pathsOf = (change: ChangedFile['change']) =>
    (own ?? []).filter(file => file.change === change).map(file => file.path);
  const [added, modified] = [pathsOf('added'), pathsOf('modified')];
  return {
    source,
    tool,
    migrations,
    pending: own ? migrations.filter(migration => added.includes(migration.path)) : migrations,
    modified: migrations.filter(migration => modified.includes(migration.path)),
    removed: pathsOf('removed'),
    faults: findings,
  };
}
