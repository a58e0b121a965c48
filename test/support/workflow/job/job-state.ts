import type { Value } from '../expressions/expressions.ts';
import { killGroup } from '../process.ts';
import type { Run } from '../setup.ts';
import type { Frame, JobState } from '../state.ts';
import { createJobFolders } from './job-folders.ts';

const OPERATING_SYSTEMS: Record<string, string> = { darwin: 'macOS', linux: 'Linux', win32: 'Windows' };

export interface StartedJob {
  state: JobState;
  /** Where the steps of the job stand. */
  frame: Frame;
  cancel(): void;
  /** Ends every process that is left and removes the job's folders. */
  finish(): void;
}

/** Prepares a job: its folders, its contexts, its place for steps. */
export function startJob(
  run: Run,
  id: string,
  contexts: { inputs: Record<string, Value>; needs: Record<string, Value> },
): StartedJob {
  const folders = createJobFolders(run.consumer.repository, run.github.event ?? null);
  const cancelled = new AbortController();
  const halted = new AbortController();
  let window: NodeJS.Timeout | undefined;
  const state: JobState = {
    machine: run.machine,
    sources: { consumer: run.consumer, suite: run.suite, standIns: run.standIns, workspace: folders.workspace },
    status: 'success',
    temp: folders.temp,
    environment: {},
    path: [],
    defaults: {},
    contexts: {
      ...contexts,
      vars: run.vars,
      secrets: run.secrets,
      strategy: { 'fail-fast': true, 'job-index': 0, 'job-total': 1, 'max-parallel': 1 },
      matrix: {},
      github: { ...run.github, job: id, workspace: folders.workspace, event_path: folders.eventFile },
      runner: runnerContext(run, folders),
    },
    cancelled: cancelled.signal,
    halted: halted.signal,
    posts: [],
    processGroups: [],
    processes: [],
  };
  const frame: Frame = {
    job: state,
    source: run.consumer,
    steps: {},
    inputs: contexts.inputs,
    status: () => state.status,
    environment: {},
  };
  const clear = () => {
    for (const group of state.processGroups) {
      if (killGroup(group)) run.machine.log.folded(`Terminate orphan process: group (${group})`);
    }
    folders.remove();
  };
  // Nothing is left running when this process ends in the middle of the job.
  process.once('exit', clear);
  return {
    state,
    frame,
    cancel: () => {
      state.status = 'cancelled';
      window = setTimeout(() => halted.abort(), run.machine.timing.window);
      cancelled.abort();
    },
    finish: () => {
      clearTimeout(window);
      process.removeListener('exit', clear);
      clear();
    },
  };
}

function runnerContext(run: Run, folders: { workspace: string; temp: string; tools: string }): Record<string, string> {
  return {
    ...(run.machine.debug ? { debug: '1' } : {}),
    os: OPERATING_SYSTEMS[process.platform] ?? process.platform,
    arch: process.arch === 'arm64' ? 'ARM64' : 'X64',
    name: 'test runner',
    environment: 'github-hosted',
    tool_cache: folders.tools,
    temp: folders.temp,
    workspace: folders.workspace.replace(/\/[^/]+$/, ''),
  };
}
