import { composeStart } from '../../channels/message.ts';
import { type MessageMemory, tellChannels } from '../../channels/tell.ts';
import type { Configuration } from '../../config/load.ts';
import type { GateContext } from '../../core/context.ts';
import type { GateReport } from '../../core/report.ts';
import { readConfiguration } from './configuration.ts';
import { checkReleaseInputs } from './release-inputs.ts';

export interface BeginOptions {
  commit: string;
  environment: string;
  repository: string;
  /** The page of the run. */
  run: string;
  messages: MessageMemory;
  /** The inputs of the root action as a JSON object; empty for a workflow that composes its own release. */
  inputs: string;
  /** Throws when the gates could not leave their outcomes. */
  start(): void;
  /** Throws a GateError. */
  loadConfiguration(): Promise<Configuration>;
}

/**
 * Begins the report of a release: from now on its gates leave their outcomes for it, and people can follow it. Throws a
 * GateError that names every input of the root action that cannot be taken.
 */
export async function beginReport(options: BeginOptions, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  const { rollback, 'on-cancel': onCancel } = checkReleaseInputs(options.inputs);
  options.start();
  const { config, channels, checks: unread } = await readConfiguration(options.loadConfiguration, context);
  const environment = config?.environment ?? options.environment;
  const told = await tellChannels(channels, composeStart({ ...options, environment }), options.messages, context);
  return {
    gate: 'report',
    verdict: 'passed',
    headline: 'The gates of this job leave their outcomes for the report at its end.',
    checks: [...unread, ...told],
    outputs: { rollback, 'on-cancel': onCancel },
    summary: 'none',
    startedAt,
    finishedAt: context.clock.now(),
  };
}
