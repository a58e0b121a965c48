import { ChangeFailed, Refused } from '../clients/api/errors.ts';
import type { CheckResult, Outcome } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import { explainError } from '../core/errors.ts';
import { type Finding, type FindingKind, found } from '../core/finding.ts';
import type { Deployment } from '../core/record.ts';
import { convertError } from '../core/run-checks.ts';
import { runToEnd } from '../core/run-to-end.ts';
import { describeLive } from '../platforms/live-in-words.ts';
import type { Change, Live, Platform, Progress } from '../platforms/platform.ts';
import { extendSignal } from '../platforms/polling.ts';

export const unknownState: FindingKind = {
  code: 'deploy/unknown-state',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The change of the service was broken off, and what is live now could not be asked.',
  cause: 'A cancelled run, or an outage of the platform in the middle of the change.',
  help: "Look on the platform's dashboard for what is live, then run the gate again or roll back.",
};

/** A service after it was changed, or was to be. */
export interface Changed {
  check: CheckResult;
  /** What is live now; undefined when it could not be asked any more. */
  live: Live | undefined;
  /** Whether the service is another than before, or may be. */
  changed: boolean;
  /** The program that has carried it out; undefined where there was none. */
  by: string | undefined;
  /** Whether the platform said no to the change. */
  refused: boolean;
}

export interface ServiceChange {
  name: string;
  platform: Platform;
  before: Live;
  /** Deploys or rolls back. */
  carryOut(signal: AbortSignal, progress: Progress): Promise<Change>;
}

/** Changes one service. Whatever happens, what is live afterwards is found out where that is possible. */
export async function changeService(change: ServiceChange, context: GateContext): Promise<Changed> {
  const { name, before } = change;
  let live: Live | undefined = before;
  let touched = false;
  let refused = false;
  let by: string | undefined;
  const progress: Progress = {
    say: text => context.log.info(`${name}: ${text}`),
    quote: text => context.log.quote(text),
    touched: () => {
      touched = true;
    },
  };
  const check = await runToEnd(
    {
      name,
      boundary: 'delivery',
      run: async (): Promise<Outcome> => {
        try {
          const result = await change.carryOut(context.signal, progress);
          live = result.live;
          by = result.by;
          return { verdict: result.verdict, findings: result.findings, detail: describeLive(live) };
        } catch (error) {
          refused = error instanceof Refused;
          const outcome = error instanceof ChangeFailed ? failedBy(error) : convertError({ name }, error);
          if (!touched) return outcome;
          const now = await lookAgain(change, context);
          live = now.live;
          return {
            ...outcome,
            findings: [...outcome.findings, ...now.findings],
            ...(live && { detail: describeLive(live) }),
          };
        }
      },
    },
    context,
  );
  return { check, live, changed: live === undefined ? touched : !sameLive(before, live), by, refused };
}

/** The deployment that came with the change; what serves, where nothing did. */
export function findNewDeployment(before: Live, after: Live): Deployment | undefined {
  const all = after.deployment ? [after.deployment, ...after.others] : after.others;
  return all.find(({ id }) => id !== before.deployment?.id) ?? after.deployment;
}

function failedBy({ findings }: ChangeFailed): Outcome {
  return { verdict: 'failed', findings };
}

async function lookAgain(
  { name, platform }: ServiceChange,
  { signal }: GateContext,
): Promise<{ live: Live | undefined; findings: Finding[] }> {
  try {
    return { live: await platform.live(extendSignal(signal)), findings: [] };
  } catch (error) {
    const message = `What is live of ${name} now is not known: ${explainError(error)}`;
    return { live: undefined, findings: [found(unknownState, { message })] };
  }
}

function sameLive(one: Live, other: Live): boolean {
  const ids = ({ deployment, others }: Live) => [deployment?.id, ...others.map(({ id }) => id)].sort().join(' ');
  return ids(one) === ids(other);
}
