import { ChangeFailed, Refused } from '../clients/api/errors.ts';
import type { CheckResult, Outcome } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import { explainError } from '../core/errors.ts';
import { type Finding, type FindingKind, found } from '../core/finding.ts';
import type { Deployment } from '../core/record.ts';
import { convertError } from '../core/run-checks.ts';
import { runToEnd } from '../core/run-to-end.ts';
import { describeLive } from '../platforms/describe-live.ts';
import type { Change, Live, Platform, Progress } from '../platforms/platform.ts';
import { extendSignal } from '../platforms/polling.ts';
import { nameService } from './name-service.ts';
import type { ServiceOptions } from './services.ts';

export const unknownState: FindingKind = {
  code: 'deploy/unknown-state',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The change of the service was interrupted, and the platform did not say what is live now.',
  cause: 'The run was cancelled, or the platform had an outage during the change.',
  help: "Check the platform's dashboard for what is live, then run the gate again or roll back.",
};

export interface ServiceChange extends Pick<ServiceOptions, 'name' | 'place'> {
  platform: Platform;
  before: Live;
  /** Deploys, stages, promotes or rolls back. */
  carryOut(signal: AbortSignal, progress: Progress): Promise<Change & { staged?: Deployment | undefined }>;
}

/** A service after a change, or after an attempt at one. */
export interface Changed {
  /** What is live now; undefined if the platform could not say. */
  live: Live | undefined;
  /** Whether users may meet another version than before. */
  changed: boolean;
  /** The program that carried out the change; undefined if the platform itself did. */
  by?: string | undefined;
  /** Whether the platform rejected the change. */
  refused: boolean;
  /** What the change built and did not promote. */
  staged?: Deployment | undefined;
}

/** A change with the check that reports it. */
export interface ReportedChange extends Changed {
  check: CheckResult<Changed>;
}

/** The outcome of a change, with its value in any case. */
export type ChangeOutcome = Outcome<Changed> & { value: Changed };

/** Changes one service and reports how it went. */
export function changeService(change: ServiceChange, context: GateContext): Promise<ReportedChange> {
  return reportChange(change.name, () => attemptChange(change, context), context);
}

/** Reports a change as the check of its service. */
export async function reportChange(
  name: string,
  run: () => Promise<ChangeOutcome>,
  context: GateContext,
): Promise<ReportedChange> {
  const check = await runToEnd({ name, boundary: 'delivery', run }, context);
  return { ...(check.value ?? unknown), check };
}

/** What is known of a service after its change broke down unexpectedly. */
const unknown: Changed = { live: undefined, changed: true, refused: false };

/** Carries out a change. Whatever happens, it looks up what is live afterwards, if the platform can say. */
export async function attemptChange(change: ServiceChange, context: GateContext): Promise<ChangeOutcome> {
  const outcome = await carryOutChange(change, context);
  return { ...outcome, findings: nameService(outcome.findings, change) };
}

async function carryOutChange(change: ServiceChange, context: GateContext): Promise<ChangeOutcome> {
  const { name, before } = change;
  let touched = false;
  let adrift = false;
  const progress: Progress = {
    say: text => context.log.info(`${name}: ${text}`),
    quote: text => context.log.quote(text),
    touched: () => {
      touched = true;
    },
    adrift: () => {
      adrift = true;
    },
  };
  try {
    const { verdict, findings, live, by, staged } = await change.carryOut(context.signal, progress);
    const value = { live, changed: !isSame(before, live), by, refused: false, staged };
    if (adrift) return { verdict, ...addAdrift({ findings, value }, name) };
    return { verdict, findings, detail: describeLive(live), value };
  } catch (error) {
    const outcome = error instanceof ChangeFailed ? failBy(error) : convertError({ name }, error);
    const refused = error instanceof Refused;
    if (!touched) return { ...outcome, value: { live: before, changed: false, refused } };
    const { live, findings } = await lookAgain(change, context);
    if (adrift) {
      const value = { live, changed: true, refused };
      return { ...outcome, ...addAdrift({ findings: [...outcome.findings, ...findings], value }, name) };
    }
    return {
      ...outcome,
      findings: [...outcome.findings, ...findings],
      ...(live && { detail: describeLive(live) }),
      value: { live, changed: live === undefined || !isSame(before, live), refused },
    };
  }
}

/** What is live now may be replaced without another change, so it is not known what users will meet. */
function addAdrift(
  { findings, value }: { findings: Finding[]; value: Changed },
  name: string,
): { findings: Finding[]; value: Changed } {
  const now = value.live ? `${describeLive(value.live)} now` : 'What is live now is unknown';
  const message = `What the gate began for ${name} may still go live. ${now}.`;
  return {
    findings: [...findings, found(unknownState, { message })],
    value: { ...value, live: undefined, changed: true },
  };
}

/** The deployment that the change brought; what serves, if it brought none. */
export function findNewDeployment(before: Live, after: Live): Deployment | undefined {
  const all = after.deployment ? [after.deployment, ...after.others] : after.others;
  return all.find(({ id }) => id !== before.deployment?.id) ?? after.deployment;
}

function failBy({ findings }: ChangeFailed): Outcome<never> {
  return { verdict: 'failed', findings };
}

async function lookAgain(
  { name, platform }: ServiceChange,
  { signal }: GateContext,
): Promise<{ live: Live | undefined; findings: Finding[] }> {
  try {
    return { live: await platform.live(extendSignal(signal)), findings: [] };
  } catch (error) {
    const message = `What is live on ${name} now is unknown: ${explainError(error)}`;
    return { live: undefined, findings: [found(unknownState, { message })] };
  }
}

function isSame(one: Live, other: Live): boolean {
  const ids = ({ deployment, others }: Live) => [deployment?.id, ...others.map(({ id }) => id)].sort().join(' ');
  return ids(one) === ids(other);
}
