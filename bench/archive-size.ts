import { spawnSync } from 'node:child_process';

/** The bytes that a runner downloads for the checked-out commit, or undefined if `root` is not a git checkout. */
export function archiveSize(root: string): number | undefined {
  const script = 'set -o pipefail; git archive HEAD | gzip | wc -c';
  const { status, stdout } = spawnSync('bash', ['-c', script], { cwd: root, encoding: 'utf8' });
  return status === 0 ? Number(stdout) : undefined;
}
