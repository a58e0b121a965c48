import type { ChangedFile } from '../../../core/changed-files.ts';
import { type Check, concludeFrom } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';

export const changesUntold: FindingKind = {
  code: 'schema/changes-untold',
  severity: 'warning',
  boundary: 'data',
  meaning:
    'GitHub does not tell which migrations the change adds, so all were judged as for an empty database. A hazard to a table that one of them creates does not show.',
  cause:
    'Another event than those of pull requests, merge groups and pushes, a job without the permission, an empty `github-token`, or a change of more files than GitHub lists.',
  help: 'Run the gate on `pull_request`, `merge_group` or `push`, give the job `permissions: { contents: read, pull-requests: read }`, and leave out `github-token`.',
};

/** Asks GitHub which files the run changes; answers with the reason where GitHub does not tell. */
export type AskForChanges = () => Promise<ChangedFile[] | { untold: string }>;

export function changesCheck(ask: AskForChanges): Check<ChangedFile[]> {
  return {
    name: 'changes',
    boundary: 'data',
    run: async () => {
      const changes = await ask();
      if ('untold' in changes) {
        return { verdict: 'inconclusive', findings: [found(changesUntold, { message: changes.untold })] };
      }
      return { ...concludeFrom([], `${pluralize(changes.length, 'file')} changed`), value: changes };
    },
  };
}
