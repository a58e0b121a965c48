import type { GateContext } from '../core/context.ts';
import { explainError } from '../core/errors.ts';
import { type Finding, found } from '../core/finding.ts';
import { toOneLine } from '../core/one-line.ts';
import { deployFailed, deployTooSlow } from './findings.ts';
import type { Progress } from './platform.ts';
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
  /** Undefined while it is under way. */
  conclude(one: One): Conclusion | undefined;
  /** The log lines that say why it failed. `passed`: the statuses before its last one. */
  readLog(failed: One, passed: string[], signal: AbortSignal): Promise<string[]>;
  cancel(id: string, signal: AbortSignal): Promise<void>;
}

export interface Conclusion {
  problem?: Finding;
}

/** Waits until the deployment has ended, and returns what went wrong. Leaves the deployment if it gives up waiting. */
export async function waitUntilLive<One extends { id: string; status: string }>(
  id: string,
  deployments: Deployments<One>,
  deploying: Deploying,
): Promise<Finding | undefined> {
  const { vendor, endsWithin, pause, read, conclude, readLog } = deployments;
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
    if (ended.problem?.code !== deployFailed.code) return ended.problem;
    const readLines = () => readLog(ended.one, statuses.slice(0, -1), signal);
    return await showLastLines(ended.problem, id, readLines, deploying);
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

/** Shows the log that says why something failed, and adds its last line to the finding. `what`: whose log it is. */
export async function showLastLines(
  problem: Finding,
  what: string,
  readLines: () => Promise<string[]>,
  { context, signal, progress }: ChangeContext,
): Promise<Finding> {
  try {
    const lines = await readLines();
    if (lines.length === 0) return problem;
    progress.say(`The log of ${what}:`);
    progress.quote(lines.join('\n'));
    const line = lines.findLast(text => text.trim() !== '');
    if (line === undefined) return problem;
    return { ...problem, message: `${problem.message} Its last log line: ${toOneLine(line, context.redactor)}` };
  } catch (error) {
    signal.throwIfAborted();
    progress.say(`The log of ${what} could not be read: ${explainError(error)}`);
    return problem;
  }
}
