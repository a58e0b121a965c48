import type { LiveRequest } from '../../../config/schema/variables/live.ts';
import type { Attempt, Live } from './live.ts';

/** Sends the request that the contract declares under `live`. */
export function attemptRequest(live: Live<{ live?: LiveRequest | undefined }>): Attempt | undefined {
  const request = live.declared.live;
  if (request === undefined) return undefined;
  const run = async (signal: AbortSignal) => (await import('./request.ts')).tryRequest(live, request, signal);
  return { within: request.within, run };
}
