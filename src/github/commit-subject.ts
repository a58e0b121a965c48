import type { GitHub } from './api.ts';

/** The first line of the message of a commit. Throws a GateError. */
export async function readCommitSubject(github: GitHub, commit: string): Promise<string> {
  const { commit: read } = await github.call({
    what: `the message of ${commit.slice(0, 7)}`,
    permission: 'contents: read',
    send: (rest, at) => rest.repos.getCommit({ ...at, ref: commit, per_page: 1 }),
  });
  return read.message.split('\n', 1)[0]?.trim() ?? '';
}
