import { ignoreNotFound, Refused, Uncertain } from '../../clients/api/errors.ts';
import type { Clock } from '../../core/clock.ts';
import type { GateError } from '../../core/errors.ts';
import { type Finding, found } from '../../core/finding.ts';
import { overtaken } from '../findings.ts';
import { poll } from '../polling.ts';
import { type AliasJob, type AliasRequest, findCommit, type VercelProject } from './answers.ts';
import type { VercelApi } from './api.ts';
import { domainsBusy, domainsNotMoved, notACandidate, planLimit } from './findings.ts';

/** Milliseconds: as Vercel's CLI (packages/cli/src/commands/rollback/status.ts). */
const movedWithin = 180_000;
const startedWithin = 10_000;

/** The CLI asks every 250 ms. After ten seconds, once a second is enough. */
function choosePause(elapsed: number): number {
  return elapsed < 10_000 ? 250 : 1000;
}

export interface Move {
  job: AliasJob;
  to: string;
  description: string;
  api: VercelApi;
  clock: Clock;
  signal: AbortSignal;
}

/**
 * Moves the production domains to a deployment, without a build, and waits for it. Vercel reports only its last such
 * job, which can be another request's. It counts only if its target and type are ours and it is new.
 */
export async function moveDomains(move: Move): Promise<Finding[]> {
  const { job, to, description, api, clock, signal } = move;
  const project = await api.readProject(signal);
  const before = project.lastAliasRequest?.requestedAt ?? 0;
  const findOurs = async (): Promise<AliasRequest | undefined> => {
    const request = (await api.readProject(signal)).lastAliasRequest;
    return request && isOurs(request, move, before) ? request : undefined;
  };
  try {
    if (job === 'rollback') await api.rollBack(project, { id: to, description }, signal);
    else await api.promote(project, to, signal);
  } catch (error) {
    if (error instanceof Refused) throw explainRefusal(error, move);
    if (!(error instanceof Uncertain)) throw error;
    const accepted = await poll({ clock, signal, deadline: startedWithin, pause: choosePause }, findOurs);
    if (accepted === undefined) throw error;
  }
  const ended = await poll({ clock, signal, deadline: movedWithin, pause: choosePause }, async () => {
    const request = (await api.readProject(signal)).lastAliasRequest;
    if (!request || request.requestedAt <= before) return undefined; // not listed yet
    const isUnderWay = ['pending', 'in-progress'].includes(request.jobStatus);
    return isUnderWay && isOurs(request, move, before) ? undefined : request;
  });
  if (ended && !isOurs(ended, move, before)) return [await describeOvertaking(ended, move)];
  if (ended?.jobStatus === 'succeeded') return [];
  return [found(domainsNotMoved, { message: await describeFailure(ended, project, move) })];
}

function isOurs(request: AliasRequest, { job, to }: Move, before: number): boolean {
  return request.toDeploymentId === to && request.type === job && request.requestedAt > before;
}

async function describeOvertaking(other: AliasRequest, { job, to, api, signal }: Move): Promise<Finding> {
  const message = `The ${job} to ${to} was overtaken: someone began ${await describeRequest(other, api, signal)}.`;
  return found(overtaken, { message });
}

/** Vercel keeps only the last request, and does not say who made it. */
export async function describeRequest(
  { toDeploymentId: id, type, requestedAt }: AliasRequest,
  api: VercelApi,
  signal: AbortSignal,
): Promise<string> {
  const deployment = await ignoreNotFound(api.readDeployment(id, signal));
  const commit = deployment && findCommit(deployment);
  return `a ${type} to ${id}${commit ? ` of ${commit.slice(0, 7)}` : ''} at ${new Date(requestedAt).toISOString()}`;
}

async function describeFailure(ended: AliasRequest | undefined, project: VercelProject, move: Move): Promise<string> {
  const { job, to, api, signal } = move;
  if (ended === undefined) return `The ${job} to ${to} did not end within ${movedWithin / 1000} s.`;
  if (ended.jobStatus !== 'failed') return `The ${job} to ${to} ended as ${ended.jobStatus}.`;
  const domains = await api.listFailedDomains(project, job, signal);
  return `The ${job} to ${to} failed${domains.length > 0 ? ` for ${domains.join(', ')}` : ''}.`;
}

/** The statuses that Vercel documents for rollback and promote. */
function explainRefusal(error: Refused, { job, to }: Move): GateError {
  const kind = { 402: planLimit, 409: domainsBusy, 422: notACandidate }[error.status];
  if (!kind) return error;
  const message = `Vercel refused the ${job} to ${to} (${error.status}).${error.said ? ` It says: ${error.said}` : ''}`;
  return new Refused(error.status, error.said, found(kind, { message }));
}
