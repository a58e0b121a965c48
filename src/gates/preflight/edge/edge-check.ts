import { toNetworkError } from '../../../clients/network-error.ts';
import type { Edge } from '../../../config/schema/preflight/edge.ts';
import type { Outcome } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import type { Boundary, Place } from '../../../core/finding.ts';

/** One host of the section `edge`. */
export interface EdgeHost {
  edge: Edge;
  place: Place;
}

/** One thing that must hold between the users and the platform. */
export interface EdgeCheck {
  name: string;
  boundary: Boundary;
  /** The check of what the host declares; undefined when it declares nothing of the kind. */
  plan(host: EdgeHost, context: GateContext): ((signal: AbortSignal) => Promise<Outcome<never>>) | undefined;
}

/** The outcome of asking; `target` names what was asked, for the error of a network. */
export async function concludeAsking(
  target: string,
  place: Place,
  ask: () => Promise<Outcome<never>>,
): Promise<Outcome<never>> {
  try {
    return await ask();
  } catch (error) {
    const network = toNetworkError(error, target);
    if (!network) throw error;
    return { verdict: network.verdict, findings: [network.finding({ place })], detail: network.message };
  }
}
