import type { History, Relation } from '../core/history.ts';
import type { GitHub } from './api.ts';

/** docs: GitHub REST, compare two commits: how the head stands to the base. */
const relations: Record<string, Relation> = { ahead: 'newer', behind: 'older', identical: 'same', diverged: 'apart' };

/** The history of the repository of the run. */
export function createHistory(github: GitHub): History {
  return {
    compare: async (commit, to) => {
      const status = await github.call({
        what: `how ${commit.slice(0, 7)} stands to ${to.slice(0, 7)}`,
        permission: 'contents: read',
        send: async (rest, at) => {
          const basehead = `${to}...${commit}`;
          const { data } = await rest.repos.compareCommitsWithBasehead({ ...at, basehead, per_page: 1 });
          return { data: data.status };
        },
      });
      return relations[status] ?? 'apart';
    },
  };
}
