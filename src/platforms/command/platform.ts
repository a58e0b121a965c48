import type { CommandService } from '../../config/schema/services.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { toOneLine } from '../../core/one-line.ts';
import { notLive, notRestorable } from '../findings.ts';
import type { Change, Live, Platform, PlatformDependencies, Progress } from '../platform.ts';
import { poll } from '../polling.ts';
import { run } from '../program.ts';
import { liveOf, silent, surelyLiveOf } from './live.ts';

export const commandFailed: FindingKind = {
  code: 'platform/command-failed',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The command that deploys or rolls back the service ended with an error.',
  cause:
    'A fault in the command, a tool that is not installed on the runner, or a platform that refused. Its lines say which.',
  help: 'Mend what its last lines say; look at what is live, which the report names.',
};

export const noVariables: FindingKind = {
  code: 'platform/no-variables',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The variables of a service that is deployed by a command cannot be read.',
  cause: 'Its `platform` is `command`, of which nothing is known but the commands.',
  help: 'Check its variables from the step instead.',
};

/** How often a service is asked for its version; milliseconds. */
const pauseAfter = (elapsed: number) => (elapsed < 5000 ? 250 : 1000);

/** A service on any other platform: commands change it, and it tells itself which version it is. */
export function commandPlatform(
  service: CommandService,
  { context, timeout = 30_000 }: PlatformDependencies,
): Platform {
  const { clock, variables, workspace } = context;
  const { command, 'rollback-command': rollbackCommand, within, live: where, url } = service;
  const live = (signal: AbortSignal) => surelyLiveOf(service, { timeout, signal, clock });
  const once = (signal: AbortSignal) => liveOf(service, { timeout, signal });
  const isThere = (now: Live, version: string) => !now.down && now.deployment?.id === version;

  /**
   * What is live in the middle of a change: then a service that does not tell its version keeps nothing from being
   * said.
   */
  const liveNow = async (
    ask: (signal: AbortSignal) => Promise<Live>,
    signal: AbortSignal,
  ): Promise<{ now: Live; findings: Finding[] }> => {
    try {
      return { now: await ask(signal), findings: [] };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof GateError)) throw error;
      return { now: silent, findings: error.findings };
    }
  };

  const change = async (
    line: string,
    version: string,
    env: Record<string, string>,
    signal: AbortSignal,
    progress: Progress,
  ): Promise<Change> => {
    progress.touched();
    let last = '';
    const status = await run({
      file: 'bash',
      args: ['-e', '-o', 'pipefail', '-c', line],
      cwd: workspace,
      env: { ...variables, RELEASE_URL: url, ...env },
      signal,
      onLine: text => {
        if (text.trim() !== '') last = text.trim();
        progress.quote(text);
      },
    });
    let { now, findings } = await liveNow(live, signal);
    if (status !== 0) {
      const message = `The command ended with status ${status}.${last ? ` Its last line: ${toOneLine(last, context.redactor)}` : ''}`;
      return { verdict: 'failed', live: now, findings: [found(commandFailed, { message }), ...findings] };
    }
    const there = await poll({ clock, signal, deadline: within, pause: pauseAfter }, async () => {
      if (isThere(now, version)) return true;
      ({ now, findings } = await liveNow(once, signal)); // it is asked again anyway
      return undefined;
    });
    if (there) return { verdict: 'passed', live: now, findings: [] };
    if (findings.length > 0) return { verdict: 'failed', live: now, findings };
    const serves = now.deployment?.id ?? 'nothing';
    const message = `The command has ended, and ${new URL(where.get, url).href} tells ${serves}, not ${version}.`;
    return { verdict: 'failed', live: now, findings: [found(notLive, { message })] };
  };

  const noWayBack = (): Finding[] => {
    if (rollbackCommand !== undefined) return [];
    return [
      found(notRestorable, { message: 'The service has no `rollback-command`.', help: 'Add one, or go back by hand.' }),
    ];
  };

  return {
    live,
    carries: (now, commit) => commit !== '' && isThere(now, commit),
    runs: (now, { id }) => isThere(now, id),
    obstaclesToDeploy: async () => [],
    candidates: async () => [], // only the record knows what was live
    obstaclesToRollback: async () => noWayBack(),
    deploy: (commit, signal, progress) => change(command, commit, { RELEASE_COMMIT: commit }, signal, progress),
    rollback: async ({ id, commit }, reason, signal, progress) => {
      const obstacles = noWayBack();
      if (obstacles.length > 0) throw new GateError(obstacles);
      const env = { RELEASE_TARGET: id, RELEASE_COMMIT: commit ?? '', RELEASE_REASON: reason };
      return change(rollbackCommand ?? '', id, env, signal, progress);
    },
    holdAutoDeploys: async () => [],
    resumeAutoDeploys: async () => [],
    variables: async () => {
      throw new GateError([found(noVariables, { message: `${url} is deployed by a command.` })]);
    },
    log: async () => [],
  };
}
