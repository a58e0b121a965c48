import type { ChangedFile } from '../../../core/changed-files.ts';
import { type Check, concludeFrom } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';

export const changesUntold: FindingKind = {
  code: 'schema/changes-untold',
  severity: 'warning',
  boundary: 'data',
  meaning:
    'Which migrations the pull request brings is not known, so all were judged, as for an empty database: what is done to a table that another of them makes does not show as a hazard.',
  cause: 'A job without the permission, an empty `github-token`, or a pull request of more files than GitHub lists.',
  help: 'Give the job `permissions: { contents: read, pull-requests: read }`, and leave out `github-token`.',
};

/** The files that a pull request changes, or why they are not told. */
export type AskForChanges = () => Promise<ChangedFile[] | { untold: string }>;

/** Asks what the pull request changes. `told` is handed the answer, where there is one. */
export function pullRequestCheck(ask: AskForChanges, told: (changes: ChangedFile[]) => void): Check {
  return {
    name: 'pull-request',
    boundary: 'data',
    run: async () => {
      const changes = await ask();
      if ('untold' in changes) {
        return { verdict: 'inconclusive', findings: [found(changesUntold, { message: changes.untold })] };
      }
      told(changes);
      return concludeFrom([], `${pluralize(changes.length, 'file')} changed`);
    },
  };
}
