import type { GateContext } from '../core/context.ts';
import type { Finding } from '../core/finding.ts';
import type { Deployment } from '../core/record.ts';

/** What serves the users of a service. */
export interface Live {
  /** What most of it runs; undefined where nothing was ever deployed. */
  deployment: Deployment | undefined;
  /** What also serves, where not all of it runs the same. */
  others: Deployment[];
  /** Whether some of it has broken down or fails its health checks, which counts as running nothing. */
  down: boolean;
  /** Whether the platform went back to it, which gave the same code an id of its own. */
  restored?: boolean;
}

/** Hears of a change while it goes on. */
export interface Progress {
  say(text: string): void;
  /** Log lines of the platform or the service. */
  quote(text: string): void;
  /** From here on the service may be another than before. */
  touched(): void;
}

/** What came of a deploy or a rollback that the platform has carried out. `failed`: it came to nothing good. */
export interface Change {
  verdict: 'passed' | 'failed';
  live: Live;
  findings: Finding[];
  /** The program that has carried it out, with its version; undefined where the platform itself was asked. */
  by?: string;
}

/**
 * One service on its platform. Every method throws a GateError when the platform could not be asked or gave no clear
 * answer, and the signal's reason when aborted.
 */
export interface Platform {
  /** Asked of what serves traffic, not of the job that changed it. */
  live(signal: AbortSignal): Promise<Live>;
  /** Whether the release of this commit is what serves, and nothing else. */
  carries(live: Live, commit: string): boolean;
  /** Whether this deployment is what serves, and nothing else. */
  runs(live: Live, deployment: Deployment): boolean;
  /** What stands in the way of a deploy of this commit, as far as it can be known beforehand. */
  obstaclesToDeploy(commit: string, signal: AbortSignal): Promise<Finding[]>;
  /** What was live before and could be again, the newest first; never what is live. */
  candidates(live: Live, signal: AbortSignal): Promise<Deployment[]>;
  /** Why the platform would not go back to this deployment, as far as it can be asked beforehand. */
  obstaclesToRollback(to: Deployment, signal: AbortSignal): Promise<Finding[]>;
  /** Deploys and waits until it serves. */
  deploy(commit: string, signal: AbortSignal, progress: Progress): Promise<Change>;
  /** Instead of `deploy`, where the configuration says that the service is staged first. */
  staging?: Staging;
  /** Goes back to a deployment that was live and waits until it serves. `reason` is kept by platforms that can. */
  rollback(to: Deployment, reason: string, signal: AbortSignal, progress: Progress): Promise<Change>;
  /** Keeps later pushes from going live, so that a rollback lasts. Returns what is to be said of it. */
  holdAutoDeploys(signal: AbortSignal): Promise<Finding[]>;
  /** Lets later pushes go live again. */
  resumeAutoDeploys(signal: AbortSignal): Promise<Finding[]>;
  /** The variables that the next deployment will have. */
  variables(signal: AbortSignal): Promise<PlatformVariable[]>;
  /** The last lines that a deployment has written, the oldest first. */
  log(deployment: Deployment, signal: AbortSignal): Promise<string[]>;
}

export interface PlatformVariable {
  name: string;
  /** Undefined where the platform tells the name only. */
  value?: string;
  /** What the platform tells instead of the value, the same for the same value. */
  digest?: string;
  /** It is set, and what runs does not have it yet. */
  staged?: boolean;
  /** Asks for the value, where that takes a request of its own; undefined where the platform keeps it to itself. */
  read?(signal: AbortSignal): Promise<string | undefined>;
}

/** A release in two steps: users meet it with the second one. Both throw as the methods of a Platform do. */
export interface Staging {
  /** Builds the release at an address of its own; `staged` is undefined where that has failed. */
  stage(commit: string, signal: AbortSignal, progress: Progress): Promise<Change & { staged: Deployment | undefined }>;
  /** Makes a staged deployment live and waits until it serves. */
  promote(staged: Deployment, signal: AbortSignal, progress: Progress): Promise<Change>;
}

export interface PlatformDependencies {
  context: GateContext;
  /** Milliseconds for one answer of the platform. Default 30 000. */
  timeout?: number;
}
