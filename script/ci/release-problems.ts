import { notesOf } from './changelog.ts';

/** What a release is made from. */
export interface ReleaseRequest {
  /** As asked for: X.Y.Z, without a `v`. */
  version: string;
  /** As in package.json. */
  packageVersion: string;
  changelog: string;
  /** All tags that there are. */
  tags: string[];
  /** The ref that the workflow was started on. */
  ref: string;
  /** The files that the commit changes. */
  changed: string[];
}

/** Why this release must not be made, each with what to do; none when it may. */
export function releaseProblems({ version, packageVersion, changelog, tags, ref, changed }: ReleaseRequest): string[] {
  if (!/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.test(version))
    return [`${JSON.stringify(version)} is no version: give X.Y.Z, without a v.`];
  const problems: string[] = [];
  if (ref !== 'refs/heads/main') problems.push(`Releases are made from main, not from ${ref}: choose main.`);
  if (packageVersion !== version)
    problems.push(`package.json has version ${packageVersion}, not ${version}: change it and commit that first.`);
  if (notesOf(changelog, version) === '')
    problems.push(`CHANGELOG.md has no section "## ${version}" with text: rename "Unreleased" and commit that first.`);
  if (tags.includes(`v${version}`))
    problems.push(`The tag v${version} exists, and a released version never changes: choose a new version.`);
  // The token of a job can never have `workflows: write`, which a tag on such a commit needs (cli/cli#9514).
  const workflows = changed.filter(path => path.startsWith('.github/workflows/'));
  if (workflows.length > 0)
    problems.push(
      `The commit changes ${workflows.join(' and ')}, so GitHub lets no job tag it: release a later commit.`,
    );
  return problems;
}
