import { join } from 'node:path';

/** A repository that files come from: what `$/…` in them means, and what GITHUB_ACTION_REPOSITORY says. */
export interface Source {
  folder: string;
  repository: string;
  ref: string;
}

/** Where the actions that a workflow can use are. */
export interface Sources {
  consumer: Source;
  suite: Source;
  /** Stand-ins for actions of others, by `owner/name` or `owner/name/path`. */
  standIns: Record<string, string>;
  workspace: string;
}

export type Resolved =
  | { kind: 'checkout' }
  /** `local` is an action by `./`: it has no repository of its own. */
  | { kind: 'action'; folder: string; source: Source; local: boolean };

const SUITE_NAME = 'release-gates';

/**
 * Finds what `uses` means in a file of `from` (actions/runner, ActionManager.cs `ResolveSelfRepositoryReferences`).
 * Throws for an action that is not at hand.
 */
export function resolveUses(uses: string, from: Source, sources: Sources): Resolved {
  if (uses.startsWith('$/')) return resolveSelf(uses, from);
  if (uses.startsWith('./')) {
    return { kind: 'action', folder: join(sources.workspace, uses), source: sources.consumer, local: true };
  }
  const remote = /^(?<owner>[^/@]+)\/(?<name>[^/@]+)(?:\/(?<path>[^@]+))?@(?<ref>.+)$/.exec(uses)?.groups;
  if (!remote) throw new Error(`Expected format {org}/{repo}[/path]@ref. Actual '${uses}'`);
  const { owner = '', name = '', path = '', ref = '' } = remote;
  const repository = `${owner}/${name}`;
  const standIn = sources.standIns[join(repository, path)];
  if (standIn !== undefined) {
    return { kind: 'action', folder: standIn, source: { folder: standIn, repository, ref }, local: false };
  }
  if (name === SUITE_NAME) {
    const source = { folder: sources.suite.folder, repository, ref };
    return { kind: 'action', folder: join(source.folder, path), source, local: false };
  }
  if (repository === 'actions/checkout') return { kind: 'checkout' };
  throw new Error(
    `not supported by the test runner: uses ${uses}. It knows $/…, ./…, <owner>/${SUITE_NAME}, actions/checkout ` +
      'and the stand-ins it is given',
  );
}

function resolveSelf(uses: string, source: Source): Resolved {
  const path = uses.slice(2);
  if (path === '' || path.includes('@')) {
    throw new Error(`Expected format $/path, without @ref. Actual '${uses}'`);
  }
  return { kind: 'action', folder: join(source.folder, path), source, local: false };
}
