import type { Progress } from '../platform.ts';
import { idOf, isBuilding, stateOf, type VercelDeployment } from './answers.ts';
import { stagedKey, type VercelApi } from './api.ts';

/**
 * What an earlier attempt has staged of the commit, or still builds. Not one of a push, which would go live by itself,
 * and not one of before a variable was changed, since a build keeps the variables that it was made with.
 */
export async function stagedBefore(
  known: VercelDeployment[],
  commit: string,
  { api, signal, progress }: { api: VercelApi; signal: AbortSignal; progress: Progress },
): Promise<VercelDeployment | undefined> {
  const staged = known.find(one => one.meta?.[stagedKey] === commit && (isBuilding(one) || isStaged(one)));
  if (staged === undefined) return undefined;
  const { createdAt = staged.created ?? 0 } = staged;
  if ((await api.variablesChangedAt(signal)) <= createdAt) return staged;
  progress.say(`${idOf(staged)} is staged with earlier variables, so the commit is built again.`);
  return undefined;
}

/** Whether it is built and has never served production. */
function isStaged(deployment: VercelDeployment): boolean {
  return stateOf(deployment) === 'READY' && deployment.readySubstate === 'STAGED';
}
