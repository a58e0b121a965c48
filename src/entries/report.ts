import { join, resolve } from 'node:path';
import { beginReport } from '../gates/report/begin.ts';
import { reportRelease } from '../gates/report/gate.ts';
import { parseMode } from '../gates/report/mode.ts';
import { runAction } from '../github/action.ts';
import { createGitHub } from '../github/api.ts';
import { readCommitSubject } from '../github/commit-subject.ts';

await runAction(
  'report',
  async ({ inputs, context, configuration, record, outcomes }) => {
    const { variables, workspace } = context;
    if (parseMode(inputs.text('mode')) === 'start') return beginReport(outcomes.start, context);
    const github = createGitHub(context, inputs.text('github-token'));
    const folder = inputs.text('folder');
    const options = {
      repository: variables.GITHUB_REPOSITORY ?? '',
      run: github.runUrl,
      record: record(),
      outcomes: outcomes.isStarted() ? outcomes.read() : undefined,
      expected: inputs.list('gates'),
      folder: folder ? resolve(workspace, folder) : join(variables.RUNNER_TEMP || workspace, 'release-report'),
      loadConfiguration: configuration,
      readSubject: (commit: string) => readCommitSubject(github, commit),
    };
    return reportRelease(options, context);
  },
  { isAside: true },
);
