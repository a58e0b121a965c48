import { bestEffort } from '../core/best-effort.ts';
import { type CheckResult, passed } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import type { FindingKind } from '../core/finding.ts';
import type { Incident } from '../core/incidents.ts';

/** Where people are notified when a release went bad. */
export interface Channel {
  /** The check that reports it, such as `incident`. */
  name: string;
  /** The finding if it could not notify anybody. */
  notNotified: FindingKind;
  /** What that finding says, such as `No issue was opened`; the reason is added. */
  failure: string;
  /** Tells people. Returns the address where they can read it. Throws a GateError if it cannot. */
  notify(incident: Incident): Promise<string>;
}

export interface Notified {
  /** Where each channel shows the incident, by the name of the channel. */
  urls: Map<string, string>;
  checks: CheckResult[];
}

/** Tells every channel of an incident, without secrets. A failure becomes a warning and never changes the verdict. */
export async function notifyChannels(channels: Channel[], incident: Incident, context: GateContext): Promise<Notified> {
  const redacted = context.redactor.redactAll(incident);
  const told = await Promise.all(
    channels.map(async channel => {
      const { name, notNotified: kind, failure } = channel;
      const work = async () => ({ ...passed(), value: await channel.notify(redacted) });
      const { value: url, checks } = await bestEffort({ name, kind, failure }, work, context);
      return { name, url, checks };
    }),
  );
  return {
    urls: new Map(told.flatMap(({ name, url }) => (url === undefined ? [] : [[name, url]]))),
    checks: told.flatMap(({ checks }) => checks),
  };
}
