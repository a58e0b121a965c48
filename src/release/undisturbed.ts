import type { CheckResult, Outcome } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import { found } from '../core/finding.ts';
import type { Deployment } from '../core/record.ts';
import { runToEnd } from '../core/run-to-end.ts';
import { describeLive, describeUnfinished } from '../platforms/describe-live.ts';
import { overtaken } from '../platforms/findings.ts';
import { type Live, listServing, type Platform } from '../platforms/platform.ts';
import { pollUntil } from '../platforms/polling.ts';
import { isSameCode } from '../platforms/same-code.ts';
import type { ServiceOptions } from './services.ts';

/** A service with what a gate says is live on it. */
export interface SettledService extends Pick<ServiceOptions, 'name' | 'place'> {
  platform: Platform;
  live: Live;
}

/**
 * Checks that nothing is on its way that will replace what a gate says is live. Returns one check for each service where
 * something is.
 */
export async function checkUndisturbed(services: SettledService[], context: GateContext): Promise<CheckResult[]> {
  if (context.signal.aborted) return []; // a cancelled run is not called good anyway
  const checks = await Promise.all(
    services.map(service => {
      const run = () => judge(service, context);
      return runToEnd(
        { name: `${service.name} afterwards`, boundary: 'delivery', run },
        { ...context, onResult: () => {} },
      );
    }),
  );
  const reported = checks.filter(({ verdict }) => verdict !== 'passed');
  for (const check of reported) context.onResult(check);
  return reported;
}

async function judge(service: SettledService, context: GateContext): Promise<Outcome> {
  const { name, place, platform, live } = service;
  const { signal } = context;
  const isOther = (one: Deployment) => live.deployment === undefined || !isSameCode(one, live.deployment);
  const others = (await waitOut(() => platform.listUnfinished(signal), context)).filter(isOther);
  // What has ended before that list is live now.
  const now = await waitOut(() => platform.live(signal), context);
  const known = listServing(live).map(({ id }) => id);
  const isReplaced = !now.down && listServing(now).some(one => !known.includes(one.id) && isOther(one));
  const messages = others.map(
    other => `${describeUnfinished(other)} is on its way to the users of ${name}, and replaces what the gate brought.`,
  );
  if (isReplaced) messages.push(`${name} was changed again after the gate brought its version: ${describeLive(now)}.`);
  if (messages.length === 0) return { verdict: 'passed', findings: [] };
  return { verdict: 'inconclusive', findings: messages.map(message => found(overtaken, { message, place })) };
}

/** Waits out an outage of the platform, and nothing else. */
async function waitOut<Answer>(ask: () => Promise<Answer>, { clock, signal }: GateContext): Promise<Answer> {
  return pollUntil({ clock, signal, deadline: 0, pause: () => 1000 }, ask, () => true);
}
