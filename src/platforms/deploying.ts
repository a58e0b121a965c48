import type { GateContext } from '../core/context.ts';
import { explainError } from '../core/errors.ts';
import { type Finding, found } from '../core/finding.ts';
import { toOneLine } from '../core/one-line.ts';
import type { Redactor } from '../core/redaction.ts';
import { explainLog } from './failure-log/explain-log.ts';
import { recognizeFailure } from './failure-log/known-failures.ts';
import { deployCanceled, deployFailed, deployTooSlow, superseded, waitsForChecks } from './findings.ts';
import type { Live, Progress } from './platform.ts';
import { extendSignal, poll } from './polling.ts';

/** A change that is under way. */
export interface ChangeContext {
  context: GateContext;
  signal: AbortSignal;
  progress: Progress;
}

/** The same on a platform that makes a deployment of it, for a release or for a rollback. */
export interface Deploying extends ChangeContext {
  /** A cancelled run stops a release, but not a rollback: its end is better than its middle. */
  isRollback: boolean;
}

/** The deployments of a service on a platform that builds and starts each one by itself. */
export interface Deployments<One extends { id: string; status: string }> {
  /** As a person knows the platform. */
  vendor: string;
  /** What the platform calls one of them. */
  noun: string;
  /** Milliseconds until the platform itself gives up. */
  endsWithin: number;
  /** Milliseconds to the next question, by the milliseconds since the first. */
  pause(elapsed: number): number;
  /** The newest first. */
  list(signal: AbortSignal): Promise<One[]>;
  read(id: string, signal: AbortSignal): Promise<One>;
  /** Its commit or image, as the end of a phrase; empty where the platform does not tell. */
  describe(one: One): string;
  /** Undefined while it is under way. */
  conclude(one: One): Conclusion | undefined;
  /** The log lines that say why it failed. `passed`: the statuses before its last one. */
  readLog(failed: One, passed: string[], signal: AbortSignal): Promise<string[]>;
  cancel(id: string, signal: AbortSignal): Promise<void>;
}

export interface Conclusion {
  problem?: Finding;
}

export interface Ended extends Conclusion {
  /** The one that ended: another than was begun, where the platform replaced that by one of the same code. */
  id: string;
}

/**
 * Waits until the deployment has ended, and returns what went wrong. If another one took its place, that one is waited
 * for where `isSame` says that it brings the same. Leaves the deployment if it gives up waiting.
 */
export async function waitUntilLive<One extends { id: string; status: string }>(
  id: string,
  deployments: Deployments<One>,
  deploying: Deploying,
  isSame: (one: One) => boolean,
): Promise<Ended> {
  const problem = await waitUntilEnded(id, deployments, deploying);
  if (problem?.code !== deployCanceled.code) return problem ? { id, problem } : { id };
  const [newer] = await listNewer(id, deployments, deploying.signal);
  if (newer === undefined) return { id, problem };
  if (isSame(newer)) {
    deploying.progress.say(`${newer.id} took the place of ${id} and brings the same. The gate waits for it.`);
    return waitUntilLive(newer.id, deployments, deploying, isSame);
  }
  const what = `the ${deployments.noun} ${newer.id}${deployments.describe(newer)}`;
  return { id, problem: found(superseded, { message: `${problem.message} In its place is ${what}.` }) };
}

/** What serves in place of a deployment and began after it; undefined if nothing does. */
export async function findNewer<One extends { id: string; status: string }>(
  id: string,
  { deployment }: Live,
  deployments: Deployments<One>,
  signal: AbortSignal,
): Promise<One | undefined> {
  return (await listNewer(id, deployments, signal)).find(one => one.id === deployment?.id);
}

async function listNewer<One extends { id: string; status: string }>(
  id: string,
  { list }: Deployments<One>,
  signal: AbortSignal,
): Promise<One[]> {
  const all = await list(signal);
  const ours = all.findIndex(one => one.id === id);
  return all.slice(0, Math.max(0, ours));
}

/** The commit or image of a deployment, as the end of a phrase. */
export function describeSource(commit: string | undefined, image: string | undefined): string {
  if (commit !== undefined) return ` of the commit ${commit.slice(0, 7)}`;
  return image === undefined ? '' : ` of the image ${image}`;
}

/** Waits until the deployment has ended. Leaves the deployment when the run is cancelled. */
async function waitUntilEnded<One extends { id: string; status: string }>(
  id: string,
  deployments: Deployments<One>,
  deploying: Deploying,
): Promise<Finding | undefined> {
  const { vendor, noun, endsWithin, pause, read, conclude, readLog, cancel } = deployments;
  const { context, signal, progress } = deploying;
  const statuses: string[] = [];
  try {
    const ended = await poll({ clock: context.clock, signal, deadline: endsWithin, pause }, async () => {
      const one = await read(id, signal);
      if (one.status !== statuses.at(-1)) {
        progress.say(`${id} is ${one.status}.`);
        statuses.push(one.status);
      }
      const conclusion = conclude(one);
      return conclusion && { ...conclusion, one };
    });
    if (!ended) {
      await leaveDeployment(id, deployments, deploying);
      return found(deployTooSlow, {
        message: `${id} was still ${statuses.at(-1)} on ${vendor} when the gate gave up.`,
      });
    }
    if (ended.problem?.code === waitsForChecks.code) {
      await cancelUnwatched(`The ${noun} ${id}`, vendor, soon => cancel(id, soon), deploying);
    }
    if (ended.problem?.code !== deployFailed.code) return ended.problem;
    const readLines = () => readLog(ended.one, statuses.slice(0, -1), signal);
    return await explainFailure(ended.problem, id, readLines, deploying);
  } catch (error) {
    await leaveDeployment(id, deployments, deploying);
    throw error;
  }
}

/** Leaves a deployment that nobody watches from here on: a release must not go live then, so the platform cancels it. */
export async function leaveDeployment<One extends { id: string; status: string }>(
  id: string,
  { vendor, noun, cancel }: Deployments<One>,
  { isRollback, ...change }: Deploying,
): Promise<void> {
  if (!isRollback) return cancelUnwatched(`The ${noun} ${id}`, vendor, soon => cancel(id, soon), change);
  change.progress.adrift();
  change.progress.say(`${vendor} continues with ${id}. Run the gate again to see how it ends.`);
}

/** Cancels on its platform what nobody watches any more, or says that it may go live. `what` opens a sentence. */
export async function cancelUnwatched(
  what: string,
  vendor: string,
  cancel: (signal: AbortSignal) => Promise<void>,
  { signal, progress }: Pick<ChangeContext, 'signal' | 'progress'>,
): Promise<void> {
  try {
    await cancel(extendSignal(signal));
    progress.say(`${what} was cancelled on ${vendor}.`);
  } catch (error) {
    progress.adrift();
    progress.say(`${what} was not cancelled on ${vendor} and may still go live: ${explainError(error)}`);
  }
}

/**
 * Shows the log that says why something failed, and adds to the finding what explains it: the error with its place, and
 * the fix where the failure is a known one. `what`: whose log it is.
 */
export async function explainFailure(
  problem: Finding,
  what: string,
  readLines: () => Promise<string[]>,
  { context, signal, progress }: ChangeContext,
): Promise<Finding> {
  try {
    const lines = await readLines();
    if (lines.length > 0) {
      progress.say(`The log of ${what}:`);
      progress.quote(lines.join('\n'));
    }
    return addExplanation(problem, lines, context.redactor);
  } catch (error) {
    signal.throwIfAborted();
    progress.say(`The log of ${what} could not be read: ${explainError(error)}`);
    return problem;
  }
}

function addExplanation(problem: Finding, lines: string[], redactor: Redactor): Finding {
  const logged = explainLog(lines);
  const failure = recognizeFailure(`${problem.message}\n${logged?.error ?? ''}`);
  const where = logged && logged.frames.length > 0 ? ` (${logged.frames.join(', from ')})` : '';
  const said = logged && `Its log says: ${toOneLine(`${logged.error}${where}`, redactor, 300)}`;
  const message = [problem.message, failure?.what, said].filter(Boolean).join(' ');
  return { ...problem, message, ...(failure && { help: failure.help }) };
}
