import type { ChangedFile } from '../core/changed-files.ts';
import { GateError } from '../core/errors.ts';
import { type GitHub, refusedByGitHub } from './api.ts';
import { readFirstPages } from './pages.ts';

/** GitHub lists at most this many (docs: GitHub REST, list pull requests files). */
const mostFiles = 3_000;

/** The files that a pull request changes, or why GitHub does not list them. */
export async function listChangedFiles(github: GitHub, number: number): Promise<ChangedFile[] | { untold: string }> {
  const call = { what: `the files of pull request ${number}`, permission: 'pull-requests: read', most: mostFiles };
  try {
    const { items: files } = await readFirstPages(
      github,
      call,
      page => (rest, at) => rest.pulls.listFiles({ ...at, pull_number: number, ...page }),
    );
    if (files.length >= mostFiles)
      return { untold: `GitHub lists only the first 3,000 files of pull request ${number}.` };
    return files.flatMap(listChanges);
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
