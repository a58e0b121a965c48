import { join, resolve } from 'node:path';
import { beginReport } from '../gates/report/begin.ts';
import { reportRelease } from '../gates/report/gate.ts';
import { parseMode } from '../gates/report/mode.ts';
import { runAction } from '../github/action.ts';
import { createGitHub } from '../github/api.ts';
import { readCommitSubject } from '../github/commit-subject.ts';
import { openJobMessages } from '../github/job-messages.ts';

await runAction(
  'report',
  async ({ inputs, context, commit, configuration, record, outcomes }) => {
    const { variables, workspace } = context;
    const mode = parseMode(inputs.text('mode'));
    const github = createGitHub(context, inputs.text('github-token'));
    const about = {
      repository: variables.GITHUB_REPOSITORY ?? '',
      run: github.runUrl,
      messages: openJobMessages(inputs, commit, variables),
      loadConfiguration: configuration,
    };
    if (mode === 'start') {
      const release = { commit, environment: inputs.text('environment'), inputs: inputs.text('inputs') };
      return beginReport({ ...about, ...release, start: outcomes.start }, context);
    }
    const folder = inputs.text('folder');
    const options = {
      ...about,
      record: record(),
      outcomes: outcomes.isStarted() ? outcomes.read() : undefined,
      expected: inputs.list('gates'),
      folder: folder ? resolve(workspace, folder) : join(variables.RUNNER_TEMP || workspace, 'release-report'),
      readSubject: (of: string) => readCommitSubject(github, of),
    };
    return reportRelease(options, context);
  },
  { isAside: true },
);
