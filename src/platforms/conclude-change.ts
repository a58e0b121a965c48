import { ChangeFailed } from '../clients/api/errors.ts';
import type { Clock } from '../core/clock.ts';
import { type Finding, found } from '../core/finding.ts';
import {
  deploySkipped,
  notLive,
  overtaken,
  skippedByChecks,
  superseded,
  unknownState,
  waitsForChecks,
} from './findings.ts';
import type { Change, Live } from './platform.ts';
import { pollUntil } from './polling.ts';

export interface LiveCheck {
  readLive(signal: AbortSignal): Promise<Live>;
  /** Whether what is live is what the change was to bring. */
  serves(live: Live): boolean;
  /** What someone else began after the change, where that serves instead. */
  findOvertaker?(live: Live): Promise<Overtaker | undefined>;
  /** Milliseconds that the platform may take to send the users to what it says is live. */
  within: number;
  /** The message for users who are still served by something else. */
  describeMismatch(live: Live): string;
  /** Milliseconds to the next look. Default 1000. */
  pause?(): number;
  clock: Clock;
  signal: AbortSignal;
}

/** A deployment that someone else began during a change. */
export interface Overtaker {
  /** Whether it brings what the change was to bring. */
  isSame: boolean;
  /** Which one it is, for a message. */
  what: string;
}

/** What says nothing about the release: the platform or someone else kept it from being tried. */
const undecided = [superseded, unknownState, waitsForChecks, skippedByChecks, overtaken].map(({ code }) => code);

/** The result of a change that did not bring its version, by what was found. */
export function judgeFindings(findings: Finding[], live: Live): Change {
  if (findings.some(({ code }) => code === deploySkipped.code)) {
    return { verdict: 'passed', live, findings, skipped: true };
  }
  const isUndecided = findings.every(({ code, severity }) => severity !== 'error' || undecided.includes(code));
  return { verdict: isUndecided ? 'inconclusive' : 'failed', live, findings };
}

/** The result of a change: failed with an error among its findings, or when it does not serve in time. */
export async function concludeChange(findings: Finding[], check: LiveCheck): Promise<Change> {
  const { serves, within, describeMismatch, pause = () => 1000, clock, signal } = check;
  const wasSkipped = findings.some(({ code }) => code === deploySkipped.code);
  if (wasSkipped || findings.some(({ severity }) => severity === 'error')) return failChange(findings, check);
  const polling = { clock, signal, deadline: within, pause };
  const { live, overtaker } = await pollUntil(
    polling,
    () => look(check),
    seen => serves(seen.live) || seen.overtaker !== undefined,
  );
  if (serves(live) || overtaker?.isSame) return { verdict: 'passed', live, findings };
  if (overtaker) {
    const message = `${describeMismatch(live)} During the change, someone else deployed ${overtaker.what}.`;
    return judgeFindings([...findings, found(overtaken, { message })], live);
  }
  return { verdict: 'failed', live, findings: [...findings, found(notLive, { message: describeMismatch(live) })] };
}

async function look({ readLive, serves, findOvertaker, signal }: LiveCheck) {
  const live = await readLive(signal);
  return { live, overtaker: serves(live) ? undefined : await findOvertaker?.(live) };
}

/** A change that did not bring its version, with what is live now. Throws a ChangeFailed when that cannot be read. */
export async function failChange(
  findings: Finding[],
  { readLive, signal }: Pick<LiveCheck, 'readLive' | 'signal'>,
): Promise<Change> {
  try {
    return judgeFindings(findings, await readLive(signal));
  } catch {
    signal.throwIfAborted();
    throw new ChangeFailed(findings); // the reason for the failure matters more than this error
  }
}
