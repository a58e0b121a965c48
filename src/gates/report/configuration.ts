import { createReleaseChannel, type ReleaseChannel } from '../../channels/create-release-channel.ts';
import type { Configuration } from '../../config/load.ts';
import { bestEffort } from '../../core/best-effort.ts';
import { type CheckResult, passed } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { configurationUnreadable } from './findings.ts';

export interface ReadConfiguration {
  /** Undefined where it could not be read. */
  config: Configuration | undefined;
  channels: ReleaseChannel[];
  checks: CheckResult[];
}

/** A release may have ended because of its configuration. The report has to show just that. */
export async function readConfiguration(
  load: () => Promise<Configuration>,
  context: GateContext,
): Promise<ReadConfiguration> {
  const failure = 'The configuration could not be read';
  const effort = { name: 'configuration', kind: configurationUnreadable, failure };
  const work = async () => ({ ...passed(), value: await load() });
  const { value: config, checks } = await bestEffort<Configuration>(effort, work, context);
  const declared = Object.entries(config?.report.notify ?? {});
  const channels = declared.flatMap(([name, channel]) =>
    config ? [createReleaseChannel(name, channel, config.placeOfKey(['report', 'notify', name]), context)] : [],
  );
  return { config, channels, checks };
}
