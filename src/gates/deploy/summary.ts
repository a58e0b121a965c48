import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import { combineVerdicts } from '../../core/report.ts';
import { reportOutcome } from '../../core/run-to-end.ts';
import { pickWorst } from '../../core/verdict.ts';
import type { Carried } from './change-all.ts';
import type { Target } from './target.ts';

export const halfReleased: FindingKind = {
  code: 'deploy/half-released',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Some services run the new release and some the old one, which may not fit together.',
  cause: 'The deploy of one service failed or was broken off after others had been changed.',
  help: 'Roll back, which brings the changed services to what was live before; or mend the cause and run the gate again.',
};

export interface Summary {
  /** Whether all went well. */
  whole: boolean;
  /** Whether some of it is kept off its users until the promotion. */
  staged: boolean;
  headline: string;
  checks: CheckResult[];
}

/** What came of it as a whole, and a check of its own when services were left apart. */
export async function summaryOf(
  targets: Target[],
  waiting: Target[],
  changes: Map<string, Carried>,
  later: Set<string>,
  context: GateContext,
): Promise<Summary> {
  const which = (holds: (name: string) => boolean) => waiting.map(({ name }) => name).filter(holds);
  const well = which(name => isWell(changes.get(name)));
  const badly = which(name => changes.has(name) && !well.includes(name));
  const changed = which(name => changes.get(name)?.changed ?? false);
  const untouched = which(name => !changes.has(name));
  const before = targets.filter(target => !waiting.includes(target) && !later.has(target.name)).map(({ name }) => name);
  if (well.length === waiting.length) {
    const staged = which(name => changes.get(name)?.staged !== undefined);
    const deployed = well.filter(name => !staged.includes(name));
    const sentences = [
      ...(deployed.length > 0 ? [`Deployed ${listed(deployed)}.`] : []),
      ...(staged.length > 0 ? [`Staged, and not promoted yet: ${listed(staged)}.`] : []),
      ...(later.size > 0 ? [`Left for the promotion: ${listed([...later])}.`] : []),
      ...(before.length > 0 ? [`Live already: ${listed(before)}.`] : []),
    ];
    return { whole: true, staged: staged.length > 0, headline: sentences.join(' '), checks: [] };
  }
  const isChanged = (name: string) => changed.includes(name);
  const parts = [
    ...some(
      'not deployed',
      badly.filter(name => !isChanged(name)),
    ),
    ...some('changed, and not verified', badly.filter(isChanged)),
    ...(changed.length > 0 ? some('changed', well.filter(isChanged)) : ['changed: none']),
    ...some('not touched', untouched),
    ...some('live already', before),
  ].join('; ');
  const headline = `${parts.charAt(0).toUpperCase()}${parts.slice(1)}.`;
  const apart = changed.length > 0 || (before.length > 0 && targets.length > before.length);
  if (!apart || targets.length === 1) return { whole: false, staged: false, headline, checks: [] };
  const verdict = pickWorst(['error', ...[...changes.values()].map(verdictOfCarried)]);
  const findings = [found(halfReleased, { message: `The release is only half live. ${headline}` })];
  return {
    whole: false,
    staged: false,
    headline,
    checks: [reportOutcome('release', { verdict, findings }, context)],
  };
}

function isWell(carried: Carried | undefined): boolean {
  return carried !== undefined && verdictOfCarried(carried) === 'passed';
}

function verdictOfCarried({ check, probed }: Carried): CheckResult['verdict'] {
  return combineVerdicts([check, ...probed]);
}

function some(what: string, names: string[]): string[] {
  return names.length > 0 ? [`${what}: ${listed(names)}`] : [];
}

export function listed(names: string[]): string {
  return names.length > 0 ? names.join(', ') : 'none';
}
