import type { GateContext } from '../core/context.ts';
import type { Finding } from '../core/finding.ts';
import type { Deployment } from '../core/record.ts';

/** What serves the users of a service. */
export interface Live {
  /** What most of the service runs; undefined where nothing was ever deployed. */
  deployment: Deployment | undefined;
  /** What also serves, where not all of the service runs the same. */
  others: Deployment[];
  /** Whether some of the service crashed or fails its health checks, which counts as running nothing. */
  down: boolean;
  /** Whether a rollback made it live, which gave the same code a new id. */
  restored?: boolean;
}

export function listServing({ deployment, others }: Live): Deployment[] {
  return deployment ? [deployment, ...others] : others;
}

/** A deployment on its way to the users, with what the platform tells of its beginning. */
export interface Unfinished extends Deployment {
  /** An ISO 8601 time. */
  begunAt?: string;
  /** A person or an event, such as `octocat` or `new_commit`. */
  begunBy?: string;
}

/** Told about a change while it is under way. */
export interface Progress {
  say(text: string): void;
  /** Log lines of the platform or the service. */
  quote(text: string): void;
  /** From here on the service may differ from before. */
  touched(): void;
  /** What the change has begun may still go live after its end. */
  adrift(): void;
}

/** The result of a deploy or a rollback that the platform has carried out. */
export interface Change {
  /** `inconclusive` where the platform does not tell how the change ended, or another change took its place. */
  verdict: 'passed' | 'failed' | 'inconclusive';
  live: Live;
  findings: Finding[];
  /** Whether the platform decided that nothing had to change, so that the version before goes on. */
  skipped?: boolean;
  /** The program that carried it out, with its version; undefined where the platform's API did. */
  by?: string;
}

/**
 * One service on its platform. Every method throws a GateError when the platform gives no clear answer, and the signal's
 * reason when aborted.
 */
export interface Platform {
  /** Reads what serves traffic, whatever the job that changed it says. */
  live(signal: AbortSignal): Promise<Live>;
  /** Whether only the release of this commit serves. */
  carries(live: Live, commit: string): boolean;
  /** Whether only this deployment serves. */
  runs(live: Live, deployment: Deployment): boolean;
  /** What would prevent a deploy of this commit, as far as it can be known beforehand. */
  obstaclesToDeploy(commit: string, signal: AbortSignal): Promise<Finding[]>;
  /** What was live before and could be again, the newest first, without what is live now. */
  candidates(live: Live, signal: AbortSignal): Promise<Deployment[]>;
  /** What would prevent a rollback to this deployment, as far as it can be known beforehand. */
  obstaclesToRollback(to: Deployment, signal: AbortSignal): Promise<Finding[]>;
  /**
   * Deploys and waits until it serves. `again`: with the current variables, although the commit may be live or on its way
   * already. Default: joins what is on its way.
   */
  deploy(commit: string, signal: AbortSignal, progress: Progress, again?: boolean): Promise<Change>;
  /** Replaces `deploy` where the configuration says to stage the service first. */
  staging?: Staging;
  /** Rolls back to a deployment that was live, and waits until it serves. Some platforms keep the `reason`. */
  rollback(to: Deployment, reason: string, signal: AbortSignal, progress: Progress): Promise<Change>;
  /** Deployments that are still on their way to the users, whoever began them, the newest first. */
  listUnfinished(signal: AbortSignal): Promise<Unfinished[]>;
  /** Keeps an unfinished deployment from going live. Throws a Refused if it has ended in the meantime. */
  cancel(unfinished: Deployment, signal: AbortSignal): Promise<void>;
  /** The setting by which pushes go live without a gate, such as `commit`; undefined if they do not. */
  readAutoDeploys(signal: AbortSignal): Promise<string | undefined>;
  /** Sets it; undefined turns it off. Absent where a rollback turns it off and a promotion on again. */
  setAutoDeploys?(setting: string | undefined, signal: AbortSignal): Promise<void>;
  /** The variables that the next deployment will have. */
  variables(signal: AbortSignal): Promise<PlatformVariable[]>;
  /** The variables that changed since the live deployment, which has them only after another one. Default: unknown. */
  listChangedVariables?(live: Live, signal: AbortSignal): Promise<string[]>;
  /** Whether the token may not even see some of them, so that one which is not listed may be set. Default: no. */
  hidesVariables?(signal: AbortSignal): Promise<boolean>;
  /** The last log lines of a deployment, the oldest first. */
  log(deployment: Deployment, signal: AbortSignal): Promise<string[]>;
}

export interface PlatformVariable {
  name: string;
  /** Undefined where the platform tells only the name. */
  value?: string;
  /** What the platform tells instead of the value. Equal values have equal digests. */
  digest?: string;
  /** Whether it is set but the running version does not have it yet. */
  staged?: boolean;
  /** Reads the value where that takes another request; resolves with undefined where the platform hides it. */
  read?(signal: AbortSignal): Promise<string | undefined>;
}

/** A release in two steps. Users get it with the second. Both throw as the methods of a Platform do. */
export interface Staging {
  /** Builds the release at an address of its own. `staged` is undefined when that failed. `again`: as in `deploy`. */
  stage(
    commit: string,
    signal: AbortSignal,
    progress: Progress,
    again?: boolean,
  ): Promise<Change & { staged: Deployment | undefined }>;
  /** Makes a staged deployment live and waits until it serves. */
  promote(staged: Deployment, signal: AbortSignal, progress: Progress): Promise<Change>;
}

export interface PlatformDependencies {
  context: GateContext;
  /** Milliseconds for one answer of the platform. Default 30 000. */
  timeout?: number;
}
