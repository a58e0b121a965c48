import { bestEffort } from '../core/best-effort.ts';
import { type CheckResult, passed } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import type { FindingKind } from '../core/finding.ts';
import type { ReleaseChannel } from './create-release-channel.ts';
import type { ReleaseMessage } from './message.ts';

export const notTold: FindingKind = {
  code: 'report/not-told',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'A channel did not take the message about the release. The release itself is as the report says.',
  cause: 'A wrong token or address, an app that is not in the channel, or an outage of the vendor.',
  help: 'Fix what the message names under `report.notify`. Tell people by hand about this release.',
};

/** What the messages of a release leave for those after them, such as the id of the one to edit. */
export interface MessageMemory {
  /** Throws for what cannot be read. */
  read(channel: string): unknown;
  /** Throws when it cannot be written. */
  write(channel: string, sent: unknown): void;
}

/** Tells every channel that wants to know. A failure is a warning that names the channel. */
export async function tellChannels(
  channels: ReleaseChannel[],
  message: ReleaseMessage,
  memory: MessageMemory,
  context: GateContext,
): Promise<CheckResult[]> {
  const told = await Promise.all(
    channels
      .filter(({ wants }) => wants(message.event))
      .map(async ({ name, send }) => {
        const effort = { name, kind: notTold, failure: `The channel ${name} was not told` };
        const work = async () => {
          const sent = await send(message, memory.read(name));
          if (sent !== undefined) memory.write(name, sent);
          return passed();
        };
        return (await bestEffort(effort, work, context)).checks;
      }),
  );
  return told.flat();
}
