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

/** The outcome of asking once. */
export interface Attempt extends Outcome {
  /** A word or two for the time line: `200`, `connection refused`. */
  word: string;
  /**
   * Whether the failure may be random: a lost connection, a timeout, one slow answer. A run of good answers may contain
   * such misses as long as they are rare.
   */
  isolated?: boolean;
  /** Whether the connection was lost or nothing came in time, for which the runner's own network may be to blame. */
  lost?: boolean;
  /** Whether a rate limit refused the attempt. After good answers, it is the gate's own requests that it limits. */
  throttled?: boolean;
  /** Whether nothing at all came from the service. */
  silent?: boolean;
  /** How long the service asked the gate to wait; milliseconds. */
  retryAfter?: number;
  /** How long the good answer took; milliseconds. */
  took?: number;
  /** When the instance that answered started; milliseconds since the epoch. */
  instanceStartedAt?: number;
  instance?: string;
  /** How long the next attempt can wait, as nothing has changed and each costs; milliseconds. */
  pause?: number;
  /** How many requests the attempt sent. Default 1. */
  requests?: number;
}

/** What any network does to a request from time to time. */
const mayBeChance: FindingKind[] = [connectionLost, connectionReset, bodyBrokenOff, ...timeOuts];

/** What a failure with this code may be due to. */
export function judgeLoss(code: string): Pick<Attempt, 'isolated' | 'lost'> {
  const isLost = mayBeChance.some(kind => kind.code === code);
  return { isolated: isLost, lost: isLost };
}

/** Asks once. Throws a GateError for a fault that no further attempt can change. */
export interface Prober {
  (context: GateContext): Promise<Attempt>;
  /** Lets go of a connection that was kept for the next attempt. */
  close?(): void;
}

export interface Where {
  boundary: Boundary;
  place?: Place;
}

/** Passed, unless one of the findings is an error. */
export function makeAttempt(findings: Finding[], details: Omit<Attempt, 'verdict' | 'findings'>): Attempt {
  const verdict = findings.some(({ severity }) => severity === 'error') ? 'failed' : 'passed';
  return { ...details, verdict, findings };
}

/** The attempt that ended with a network error. Throws any other error again. */
export function convertNetworkError(error: unknown, target: string, where: Where): Attempt {
  const network = toNetworkError(error, target);
  if (!network) throw error;
  const { kind, verdict, message } = network;
  if (kind === invalidRequest) throw new GateError([network.finding(where)]); // the next attempt would fail the same way
  return {
    verdict,
    findings: [network.finding(where)],
    detail: message,
    word: describeCode(kind),
    ...judgeLoss(kind.code),
    silent: kind === timedOut && !network.heard,
  };
}

/** The code of a finding as words for the time line: `connection refused`. */
export function describeCode({ code }: { code: string }): string {
  return code.replace(/^\w+\//, '').replaceAll('-', ' ');
}
