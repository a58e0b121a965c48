import type { ReleaseRecord } from '../../core/record.ts';

/** When users first met the release: the end of the last deploy that the record has; milliseconds since the epoch. */
export function findReleaseTime({ gates }: ReleaseRecord): number | undefined {
  const deploy = gates.findLast(({ gate }) => gate === 'deploy');
  return deploy && Date.parse(deploy.finishedAt);
}
