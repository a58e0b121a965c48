import { readFileSync } from 'node:fs';
import { getExecOutput } from '@actions/exec';
import { releaseProblems } from './release-problems.ts';

/** Run by script/ci/check-release in the root of the repository, with the version as its argument. */
const manifest: { version: string } = JSON.parse(readFileSync('package.json', 'utf8'));
const { stdout: tags } = await getExecOutput('git', ['tag', '--list'], { silent: true });
const show = ['show', '--first-parent', '-m', '--name-only', '--format=', 'HEAD'];
const { stdout: changed } = await getExecOutput('git', show, { silent: true });
const problems = releaseProblems({
  version: process.argv[2] ?? '',
  packageVersion: manifest.version,
  changelog: readFileSync('CHANGELOG.md', 'utf8'),
  tags: tags.split('\n'),
  ref: process.env.GITHUB_REF ?? 'no ref',
  changed: changed.split('\n'),
});
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
