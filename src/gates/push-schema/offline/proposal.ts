import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { ChangedFile } from '../../../core/changed-files.ts';
import { GateError } from '../../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { Migration } from '../migration.ts';
import type { Source } from '../source.ts';
import { readMigrations } from '../tools/read-migrations.ts';
import type { Tool } from '../tools/tool.ts';

export const notInCheckout: FindingKind = {
  code: 'schema/not-in-checkout',
  severity: 'error',
  boundary: 'data',
  meaning: 'A migration of the change is not in the checkout, so the gate cannot judge it.',
  cause: 'A checkout of the base, as on the event `pull_request_target`, or a newer push to the pull request.',
  help: 'Run the gate on the event `pull_request`, whose checkout is the pull request merged into its base. After a newer push, look at the run for that push.',
};

/** The migrations of one database, as the repository and a change to it have them. */
export interface Proposal {
  source: Source;
  tool: Tool;
  /** All migrations of the repository, in order. */
  migrations: Migration[];
  /** What the change adds to its base; all of them where there is no change. */
  pending: Migration[];
  /** What the base has and the change modifies. */
  modified: Migration[];
  /** The paths of what the base has and the change removes. */
  removed: string[];
  /** Files among the migrations that are not as they should be. */
  faults: Finding[];
}

interface ProposalRequest {
  source: Source;
  workspace: string;
  /** What the run changes; undefined where that is not known. */
  changes: ChangedFile[] | undefined;
}

/**
 * Reads the folder. Throws a GateError if it contains nothing that can be applied, or lacks a migration of the
 * change.
 */
export async function readProposal({ source, workspace, changes }: ProposalRequest): Promise<Proposal> {
  const { folder: path, values, placeOf } = source;
  const place = placeOf('migrations');
  const { tool, migrations, findings } = await readMigrations({ workspace, path, tool: values.tool, place });
  const isMigration = (file: ChangedFile) => tool.layout.isMigration(posix.relative(posix.normalize(path), file.path));
  const own = changes?.filter(isMigration) ?? [];
  rejectAbsent(own, workspace);
  const listPaths = (change: ChangedFile['change']) =>
    own.filter(file => file.change === change).map(file => file.path);
  const [added, modified] = [listPaths('added'), listPaths('modified')];
  return {
    source,
    tool,
    migrations,
    pending: changes ? migrations.filter(migration => added.includes(migration.path)) : migrations,
    modified: migrations.filter(migration => modified.includes(migration.path)),
    removed: listPaths('removed'),
    faults: findings,
  };
}

function rejectAbsent(files: ChangedFile[], workspace: string): void {
  const absent = files.filter(({ change, path }) => change !== 'removed' && !existsSync(join(workspace, path)));
  if (absent.length === 0) return;
  const findings = absent.map(({ path }) => {
    const message = `The change adds or modifies ${path}, which is not in the checkout.`;
    return found(notInCheckout, { message, place: { path } });
  });
  throw new GateError(findings);
}
