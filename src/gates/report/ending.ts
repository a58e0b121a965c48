import type { AccountedGate, AccountedService, Ending, ReleaseAccount } from '../../core/account.ts';
import type { KeptOutcome } from '../../core/kept-outcome.ts';
import { pickWorst, type Verdict } from '../../core/verdict.ts';

/** What decided a release, and what was done about it. */
export interface Conclusion {
  ending: Ending;
  headline: string;
  decided?: NonNullable<ReleaseAccount['decided']>;
  response?: string;
  incident?: string;
}

interface Release {
  /** The release as a person names it: `1a2b3c4 “Fix the cart” to production`. */
  name: string;
  gates: AccountedGate[];
  services: AccountedService[];
  outcomes: KeptOutcome[];
}

/** Concludes what became of a release. */
export function concludeRelease({ name, gates, services, outcomes }: Release): Conclusion {
  const ran = gates.filter(({ isDryRun, verdict }) => !isDryRun && verdict !== 'not-run');
  const judging = ran.filter(({ gate }) => gate !== 'rollback');
  const rollback = ran.findLast(({ gate }) => gate === 'rollback');
  const outputs = outcomes.findLast(({ gate, ended }) => gate === 'rollback' && !ended?.isDryRun)?.ended?.outputs ?? {};
  const verdict = judging.length === 0 && !rollback ? 'error' : pickWorst(listVerdicts(judging));
  const ending = rollback ? endWithRollback(rollback, outputs.result, verdict) : verdict;
  const decisive = judging.find(gate => gate.verdict === verdict && verdict !== 'passed') ?? rollback;
  const decided = decisive && findDeciding(decisive);
  const response = rollback?.headline ?? describeInaction(ending, services);
  return {
    ending,
    headline: `${describeEnding(ending, name, decisive?.gate)}${describeMissing(gates, ending)}`,
    ...(decided && { decided }),
    ...(response && { response }),
    ...(outputs.incident && { incident: outputs.incident }),
  };
}

function listVerdicts(gates: AccountedGate[]): Verdict[] {
  return gates.flatMap(({ verdict }) => (verdict === 'not-run' ? [] : [verdict]));
}

/** Where nothing went back, the gates before the rollback decide; a cancelled release that was kept has not passed. */
function endWithRollback(rollback: AccountedGate, result: string | undefined, before: Verdict): Ending {
  if (result === 'not-needed') return before;
  if (result === 'kept') return before === 'passed' ? 'inconclusive' : before;
  return rollback.verdict === 'passed' ? 'rolled-back' : 'rollback-failed';
}

function findDeciding({ gate, verdict, checks }: AccountedGate): ReleaseAccount['decided'] {
  const worst = checks.filter(check => check.verdict === verdict && check.findings.length > 0);
  const [check] = worst;
  const finding = check?.findings.find(({ severity }) => severity === 'error') ?? check?.findings[0];
  if (check === undefined || finding === undefined) return undefined;
  return { gate, check: check.name, ...(check.detail && { detail: check.detail }), finding };
}

function describeEnding(ending: Ending, name: string, gate = 'every gate'): string {
  switch (ending) {
    case 'passed':
      return `Released ${name}.`;
    case 'failed':
      return `The release of ${name} failed in ${gate}.`;
    case 'rolled-back':
      return gate === 'rollback'
        ? `The release of ${name} was rolled back and verified.`
        : `The release of ${name} failed in ${gate}; it was rolled back and verified.`;
    case 'rollback-failed':
      return gate === 'rollback'
        ? `The rollback of ${name} is not verified: users may still meet it.`
        : `The release of ${name} failed in ${gate}, and its rollback is not verified: users may still meet it.`;
    case 'inconclusive':
      return `${gate} could not decide whether the release of ${name} is good.`;
    case 'error':
      return gate === 'every gate'
        ? `No gate of the release of ${name} ran.`
        : `${gate} could not work, which says nothing about the release of ${name}.`;
  }
}

function describeMissing(gates: AccountedGate[], ending: Ending): string {
  const missing = gates.filter(({ verdict }) => verdict === 'not-run').map(({ gate }) => gate);
  return ending === 'passed' && missing.length > 0 ? ` Not run: ${missing.join(', ')}.` : '';
}

function describeInaction(ending: Ending, services: AccountedService[]): string | undefined {
  if (ending === 'passed') return undefined;
  if (services.every(({ serves }) => serves === 'unchanged')) return 'No service was changed.';
  if (services.every(({ serves }) => serves === 'unchanged' || serves === 'previous'))
    return 'Users still meet the version before.';
  return ending === 'failed'
    ? 'Nothing was rolled back.'
    : `Nothing was rolled back: only \`failed\` sets off a rollback. Decide whether the release stays.`;
}
