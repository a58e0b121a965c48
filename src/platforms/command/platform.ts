import type { CommandService } from '../../config/schema/services.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, found } from '../../core/finding.ts';
import { notRestorable } from '../findings.ts';
import type { Platform, PlatformDependencies } from '../platform.ts';
import { readEnv, runCommand, serves } from './deploying.ts';
import { noVariables } from './findings.ts';
import { readLiveSurely } from './live.ts';

/** A service on any other platform: commands change it, and the service itself tells its version. */
export function commandPlatform(
  service: CommandService,
  { context, timeout = 30_000 }: PlatformDependencies,
): Platform {
  const { command, 'rollback-command': rollbackCommand, url } = service;

  const checkEnv = (): Finding[] => {
    try {
      readEnv(service, context);
      return [];
    } catch (error) {
      if (!(error instanceof GateError)) throw error;
      return error.findings;
    }
  };

  const checkRollback = (): Finding[] => {
    if (rollbackCommand !== undefined) return checkEnv();
    const message = 'The service has no `rollback-command`.';
    return [found(notRestorable, { message, help: 'Add `rollback-command` to the service, or roll back by hand.' })];
  };

  return {
    live: signal => readLiveSurely(service, { timeout, signal, clock: context.clock }),
    carries: (live, commit) => commit !== '' && serves(live, commit),
    runs: (live, { id }) => serves(live, id),
    obstaclesToDeploy: async () => checkEnv(),
    candidates: async () => [], // only the record knows what was live
    obstaclesToRollback: async () => checkRollback(),
    deploy: (commit, signal, progress) => {
      const change = { command, version: commit, env: { RELEASE_COMMIT: commit } };
      return runCommand(service, change, { context, signal, progress, timeout });
    },
    rollback: async ({ id, commit }, reason, signal, progress) => {
      if (rollbackCommand === undefined) throw new GateError(checkRollback());
      const env = { RELEASE_TARGET: id, RELEASE_COMMIT: commit ?? '', RELEASE_REASON: reason };
      const change = { command: rollbackCommand, version: id, env };
      return runCommand(service, change, { context, signal, progress, timeout });
    },
    // An interrupted change stops where it is.
    listUnfinished: async () => [],
    cancel: async () => {},
    readAutoDeploys: async () => undefined,
    variables: async () => {
      throw new GateError([found(noVariables, { message: `A command deploys ${url}, so its variables are unknown.` })]);
    },
    log: async () => [],
  };
}
