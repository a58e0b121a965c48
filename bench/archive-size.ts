import { spawnSync } from 'node:child_process';

/** The bytes that a runner downloads for the commit that is checked out; undefined where `root` is no git checkout. */
export function archiveSize(root: string): number | undefined {
  const script = 'set -o pipefail; git archive HEAD | gzip | wc -c';
  const { status, stdout } = spawnSync('bash', ['-c', script], { cwd: root, encoding: 'utf8' });
  return status === 0 ? Number(stdout) : undefined;
}
