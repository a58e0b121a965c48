import { homedir } from 'node:os';
import { Log } from './commands/log.ts';
import { Masks } from './commands/masks.ts';
import type { WorkflowEvent } from './event.ts';
import type { Value } from './expressions/expressions.ts';
import { completeGitHub, type GitHubOptions, gitHubContext } from './expressions/github-context.ts';
import { HOSTED_TIMING, type Timing } from './process.ts';
import type { Source } from './sources.ts';
import type { Machine } from './state.ts';

/** What running a workflow and running a single action have in common. */
export interface RunOptions {
  secrets?: Record<string, string>;
  vars?: Record<string, string>;
  /** Of the runner's machine: in every process of a step, not in the `env` context. PATH and HOME are always there. */
  env?: Record<string, string>;
  github?: GitHubOptions;
  /** Receives each line as a person sees it, masked. */
  print?: (line: string) => void;
  /** Default: false. */
  colour?: boolean;
  /** Gives the token of a job its permissions, such as those of an emulator; undefined if nothing limits them. */
  grant?: (permissions: Record<string, string> | undefined) => void;
  /** Cancels, as the cancel button does. */
  signal?: AbortSignal;
  /** The Node 24 that runs JavaScript actions. Default: this one. */
  node?: string;
  /** Default: the hosted runner's. */
  timing?: Partial<Timing>;
  /** Folders of actions that stand in for those of others, by `owner/name` or `owner/name/path`. */
  actions?: Record<string, string>;
}

/** Everything of a run that its jobs share. */
export interface Run {
  machine: Machine;
  consumer: Source;
  suite: Source;
  standIns: Record<string, string>;
  github: Record<string, Value>;
  vars: Record<string, string>;
  secrets: Record<string, string>;
  signal: AbortSignal;
  grant: (permissions: Record<string, string> | undefined) => void;
}

/** GitHub gives no secrets to pull requests of forks and of Dependabot (docs: GitHub Actions, secrets). */
function isWithheld({ repository, actor }: { repository: string; actor: string }, event: WorkflowEvent): boolean {
  if (event.name !== 'pull_request') return false;
  const head: unknown = Object(Object(event.payload).pull_request).head;
  const from = Object(Object(head).repo).full_name ?? repository;
  return from !== repository || actor === 'dependabot[bot]';
}

export function setUpRun(
  options: RunOptions,
  place: { consumer: string; suite: string; workflow: { name: string; file: string }; event: WorkflowEvent },
): Run {
  const identity = completeGitHub(options.github ?? {}, place.event.name);
  const withheld = isWithheld(identity, place.event);
  const secrets = { ...(withheld ? {} : options.secrets), GITHUB_TOKEN: identity.token };
  const masks = new Masks();
  for (const secret of Object.values(secrets)) masks.add(secret);
  const debugRequest = options.secrets?.ACTIONS_STEP_DEBUG ?? options.vars?.ACTIONS_STEP_DEBUG;
  return {
    machine: {
      node: options.node ?? process.execPath,
      timing: { ...HOSTED_TIMING, ...options.timing },
      masks,
      log: new Log(masks, options.print ?? (() => {}), options.colour ?? false),
      environment: { PATH: process.env.PATH ?? '', HOME: homedir(), ...options.env },
      debug: debugRequest === 'true',
    },
    consumer: { folder: place.consumer, repository: identity.repository, ref: identity.sha },
    suite: { folder: place.suite, repository: 'OWNER/release-gates', ref: 'main' },
    standIns: options.actions ?? {},
    github: gitHubContext(identity, place.workflow, place.event),
    vars: options.vars ?? {},
    secrets,
    grant: options.grant ?? (() => {}),
    signal: options.signal ?? new AbortController().signal,
  };
}
