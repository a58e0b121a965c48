import {
  bodyBrokenOff,
  connectionLost,
  connectionReset,
  invalidRequest,
  timedOut,
  timeOuts,
  toNetworkError,
} from '../clients/network-error.ts';
import type { Outcome } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import { GateError } from '../core/errors.ts';
import type { Boundary, Finding, FindingKind, Place } from '../core/finding.ts';

/** What came of asking once. */
export interface Attempt extends Outcome {
  /** In a word or two, for the time line: `200`, `refused`. */
  word: string;
  /**
   * Whether it may be the network's fault or chance: a lost connection, a time-out, one slow answer. A run of good
   * answers may hold such ones, as long as they are rare.
   */
  isolated?: boolean;
  /** Whether nothing at all came from the other side. */
  silent?: boolean;
  /** Milliseconds that the service asked to be left alone for. */
  retryAfter?: number;
  /** Milliseconds that the good answer took. */
  took?: number;
  /** When the instance that answered was started, in milliseconds since the epoch. */
  instanceStartedAt?: number;
  instance?: string;
  /** How many requests it took. Default 1. */
  requests?: number;
}

/** What a network does to a request now and then. */
const mayBeChance: FindingKind[] = [connectionLost, connectionReset, bodyBrokenOff, ...timeOuts];

/** Asks once. Throws a GateError for what would be the same for ever. */
export type Prober = (context: GateContext) => Promise<Attempt>;

export interface Where {
  boundary: Boundary;
  place?: Place;
}

/** Passed, unless one of the findings is an error. */
export function makeAttempt(findings: Finding[], details: Omit<Attempt, 'verdict' | 'findings'>): Attempt {
  const verdict = findings.some(({ severity }) => severity === 'error') ? 'failed' : 'passed';
  return { ...details, verdict, findings };
}

/** The attempt that ended with an error of the network. Anything else is thrown on. */
export function convertNetworkError(error: unknown, target: string, where: Where): Attempt {
  const network = toNetworkError(error, target);
  if (!network) throw error;
  const { kind, verdict, message } = network;
  if (kind === invalidRequest) throw new GateError([network.finding(where)]); // and would be for ever
  return {
    verdict,
    findings: [network.finding(where)],
    detail: message,
    word: describeCode(kind),
    isolated: mayBeChance.includes(kind),
    silent: kind === timedOut && !network.heard,
  };
}

/** The code of a finding as words for the time line: `connection refused`. */
export function describeCode({ code }: { code: string }): string {
  return code.replace(/^\w+\//, '').replaceAll('-', ' ');
}
