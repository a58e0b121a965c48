import type { Overtaker } from '../conclude-change.ts';
import { describeUnfinished } from '../describe-live.ts';
import type { Live } from '../platform.ts';
import { findCommit, getCreated } from './answers.ts';
import type { VercelApi } from './api.ts';
import { toUnfinished } from './live.ts';
import { describeRequest } from './move-domains.ts';

/** A deployment that was to serve, with what serves instead. */
export interface Overtaken {
  id: string;
  live: Live;
  api: VercelApi;
  signal: AbortSignal;
}

/** The promotion or rollback by which someone moved the domains on, after the deployment was made. */
export async function findMove({ id, live, api, signal }: Overtaken): Promise<Overtaker | undefined> {
  const now = live.deployment?.id;
  if (now === undefined || now === id) return undefined;
  const [project, ours] = await Promise.all([api.readProject(signal), api.readDeployment(id, signal)]);
  const last = project.lastAliasRequest;
  if (last?.toDeploymentId !== now || last.requestedAt <= getCreated(ours)) return undefined;
  return { isSame: false, what: await describeRequest(last, api, signal) };
}

/** The same, or a newer deployment that Vercel gave the domains after a new one had them. */
export async function findMoveOrNewer(overtaken: Overtaken): Promise<Overtaker | undefined> {
  const { id, live, api, signal } = overtaken;
  const now = live.deployment?.id;
  if (now === undefined || now === id) return undefined;
  const [ours, theirs] = await Promise.all([api.readDeployment(id, signal), api.readDeployment(now, signal)]);
  if (getCreated(theirs) <= getCreated(ours)) return findMove(overtaken);
  return { isSame: findCommit(theirs) === findCommit(ours), what: describeUnfinished(toUnfinished(theirs)) };
}
