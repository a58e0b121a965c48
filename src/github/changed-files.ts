import type { ChangedFile } from '../core/changed-files.ts';
import type { Variables } from '../core/context.ts';
import { GateError } from '../core/errors.ts';
import { type GitHub, refusedByGitHub } from './api.ts';
import { readMergeGroup, readPullRequestNumber, readPush, type Span } from './event.ts';
import { readFirstPages } from './pages.ts';

/** What a run changes, or why that is not known. */
type Changes = ChangedFile[] | { untold: string };

/** GitHub lists at most this many (docs: GitHub REST, list pull requests files; compare two commits). */
const mostFiles = 3_000;
const mostCompared = 300;

/** Asks what the run changes; undefined for a run that no event of GitHub started. */
export function askForChanges(github: GitHub, variables: Variables): (() => Promise<Changes>) | undefined {
  const number = readPullRequestNumber(variables);
  if (number !== undefined) return () => unlessRefused(listFilesOfPullRequest(github, number));
  const event = variables.GITHUB_EVENT_NAME;
  if (!event) return undefined;
  const span = event === 'push' ? readPush(variables) : readMergeGroup(variables);
  if (span) return () => unlessRefused(compare(github, span));
  return async () => ({ untold: `The event \`${event}\` does not tell what the run changes.` });
}

async function listFilesOfPullRequest(github: GitHub, number: number): Promise<Changes> {
  const call = { what: `the files of pull request ${number}`, permission: 'pull-requests: read', most: mostFiles };
  const { items: files } = await readFirstPages(
    github,
    call,
    page => (rest, at) => rest.pulls.listFiles({ ...at, pull_number: number, ...page }),
  );
  if (files.length >= mostFiles)
    return { untold: `GitHub lists only the first 3,000 files of pull request ${number}.` };
  return files.flatMap(listChanges);
}

async function compare(github: GitHub, { base, head }: Span): Promise<Changes> {
  const basehead = `${base}...${head}`;
  const { files = [] } = await github.call({
    what: `the files that differ in ${basehead}`,
    permission: 'contents: read',
    send: (rest, at) => rest.repos.compareCommitsWithBasehead({ ...at, basehead, per_page: 1 }),
  });
  if (files.length >= mostCompared) return { untold: `GitHub lists only the first 300 files of ${basehead}.` };
  return files.flatMap(listChanges);
}

async function unlessRefused(changes: Promise<Changes>): Promise<Changes> {
  try {
    return await changes;
  } catch (error) {
    const refusal =
      error instanceof GateError ? error.findings.find(({ code }) => code === refusedByGitHub.code) : undefined;
    if (!refusal) throw error;
    return { untold: refusal.message };
  }
}

function listChanges(file: { filename: string; status: string; previous_filename?: string }): ChangedFile[] {
  const { filename: path, status, previous_filename: former } = file;
  if (status === 'unchanged') return [];
  if (status === 'added' || status === 'copied') return [{ path, change: 'added' }];
  if (status === 'removed') return [{ path, change: 'removed' }];
  if (status !== 'renamed' || former === undefined) return [{ path, change: 'modified' }];
  return [
    { path: former, change: 'removed' },
    { path, change: 'added' },
  ];
}
