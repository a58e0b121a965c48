import type { Tags } from '../core/tags.ts';
import type { GitHub } from './api.ts';

/** Creates tags in the repository of the run. */
export function createTags(github: GitHub): Tags {
  return {
    create: async (name, commit) => {
      const exists = await github.call({
        what: `the tag ${name}`,
        permission: 'contents: write',
        send: async (rest, at) => {
          try {
            await rest.git.createRef({ ...at, ref: `refs/tags/${name}`, sha: commit });
            return { data: false };
          } catch (error) {
            // docs: GitHub REST, create a reference: 422 "Reference already exists".
            if (error instanceof Error && /already exists/i.test(error.message)) return { data: true };
            throw error;
          }
        },
      });
      return !exists;
    },
  };
}
