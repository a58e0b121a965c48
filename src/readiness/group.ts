import type { Check, Outcome } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import { type FindingKind, found } from '../core/finding.ts';
import { runChecks } from '../core/run-checks.ts';
import { pickWorst } from '../core/verdict.ts';
import { downgrade } from './as-warning.ts';
import type { GroupTarget, Target } from './targets.ts';
import { locateTarget } from './targets.ts';

export const noQuorum: FindingKind = {
  code: 'probe/quorum-not-reached',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Fewer probes of the group are ready than `quorum` requires.',
  cause: 'A region or an instance did not start, or an address is wrong.',
  help: 'Fix the probes that are not ready; the report lists their findings after this one.',
};

type Readiness = (target: Target, context: GateContext) => Check;

/** Runs several probes at once, passes as soon as enough of them are ready, and stops the others. */
export function checkQuorum(target: GroupTarget, context: GateContext, readiness: Readiness): Check {
  const { name, probe, place } = target;
  const members = probe['any-of'].map((member, index) => ({
    ...target,
    name: `${name}[${index}]`,
    probe: { ...member, severity: 'error' as const }, // a probe that only warns would always count as ready
  }));
  const checks = members.map(member => readiness(member, context));
  return {
    name,
    boundary: probe.boundary,
    deadline: Math.max(...checks.map(check => check.deadline ?? 0)) + 1000,
    run: async signal => {
      const enough = new AbortController();
      let ready = 0;
      const results = await runChecks(checks, {
        clock: context.clock,
        signal: AbortSignal.any([signal, enough.signal]),
        concurrency: checks.length,
        onResult: ({ verdict }) => {
          if (verdict === 'passed' && ++ready >= probe.quorum) enough.abort();
        },
      });
      const detail = `${ready} of ${checks.length} ready, ${probe.quorum} needed`;
      if (ready >= probe.quorum) {
        const since = results.flatMap(result => result.since ?? []).toSorted((a, b) => a - b)[probe.quorum - 1];
        return { verdict: 'passed', findings: [], detail, ...(since !== undefined && { since }) };
      }
      const bad = results.filter(({ verdict }) => verdict !== 'passed');
      const message = `${name}: ${detail}.`;
      const findings = [
        found(noQuorum, { message, ...locateTarget(probe, place) }),
        ...bad.flatMap(check => check.findings),
      ];
      const outcome: Outcome = { verdict: pickWorst(bad.map(({ verdict }) => verdict)), findings, detail };
      return probe.severity === 'warning' ? downgrade(outcome) : outcome;
    },
  };
}
