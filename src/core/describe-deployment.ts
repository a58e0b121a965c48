import type { Deployment } from './record.ts';

/** A deployment as a person tells it from others: the whole of a digest only fills the line. */
export function describeDeployment({ id, commit }: Pick<Deployment, 'id' | 'commit'>): string {
  const short = id.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]+$/, '$1…');
  return commit && !id.includes(commit) ? `${short} (${commit.slice(0, 7)})` : short;
}
