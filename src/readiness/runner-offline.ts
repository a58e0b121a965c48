import { sendRequest } from '../clients/http.ts';
import { NetworkError } from '../clients/network-error.ts';
import type { GateContext } from '../core/context.ts';
import { type Finding, type FindingKind, found } from '../core/finding.ts';

export const runnerOffline: FindingKind = {
  code: 'probe/runner-offline',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Neither the service nor a second host answered the runner, so the result says nothing about the release.',
  cause: 'The runner has no network, or a proxy or firewall blocks outgoing connections.',
  help: 'Run the gate again. On a self-hosted runner, check its network and `https_proxy`.',
};

/** Milliseconds for a control to answer; any answer counts. */
const timeout = 5000;

/**
 * Asks other hosts when the service was silent: if they are silent too, the runner has no network. Without controls,
 * the service keeps the blame.
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
