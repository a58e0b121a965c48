import { sendRequest } from '../clients/http.ts';
import { NetworkError } from '../clients/network-error.ts';
import type { GateContext } from '../core/context.ts';
import { type Finding, type FindingKind, found } from '../core/finding.ts';

export const runnerOffline: FindingKind = {
  code: 'probe/runner-offline',
  severity: 'error',
  boundary: 'delivery',
  meaning:
    'Nothing answered the runner, neither the service nor what else it asked, so nothing is known of the release.',
  cause: "The runner's own network is down, or a proxy or firewall lets nothing out.",
  help: 'Run the gate again; on a runner of your own, look at its network and at `https_proxy`.',
};

/** Milliseconds for a control to answer; any answer will do. */
const timeout = 5000;

/**
 * Asks others than the service when that was silent: if they are silent too, it is the runner that has no network.
 * Without controls that is not known, and the service keeps the blame.
 */
export async function describeOffline(controls: string[], context: GateContext): Promise<Finding | undefined> {
  if (controls.length === 0) return undefined;
  const answers = await Promise.all(controls.map(url => hasAnswer(url, context.signal)));
  if (answers.includes(true)) return undefined;
  return found(runnerOffline, { message: `No answer came from ${controls.join(' or ')} either.` });
}

async function hasAnswer(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    await sendRequest({ method: 'HEAD', url, timeout, signal, fresh: 'http/1.1' });
    return true;
  } catch (error) {
    if (error instanceof NetworkError) return false;
    throw error;
  }
}
