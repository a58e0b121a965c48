import type { Outcome } from '../../core/check.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import { combineVerdicts } from '../../core/report.ts';
import { pickWorst, type Verdict } from '../../core/verdict.ts';
import type { Carried } from './change-all.ts';
import type { Target } from './target.ts';

export const halfReleased: FindingKind = {
  code: 'deploy/half-released',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Some services run the new release and others the previous one, which may not work together.',
  cause: 'The deploy of one service failed or was interrupted after others had changed.',
  help: 'Roll back, which returns the changed services to their previous version. Or fix the cause and run the gate again.',
};

/** A release after its changes. */
export interface Released {
  /** Every service of the release. */
  targets: Target[];
  /** The services to change now. */
  waiting: Target[];
  /** The services that the promotion will change. */
  later: Set<string>;
  changes: Map<string, Carried>;
}

export interface Summary {
  /** `staged`: every change succeeded, and some services wait for their promotion. */
  state: 'live' | 'staged' | 'failed';
  headline: string;
  /** What to report if services run different releases. */
  half?: Outcome;
}

export function summarize(released: Released): Summary {
  const { waiting, changes } = released;
  return waiting.every(({ name }) => isGood(changes.get(name))) ? describeWhole(released) : describeParts(released);
}

function describeWhole({ targets, waiting, later, changes }: Released): Summary {
  const names = waiting.map(({ name }) => name);
  const staged = names.filter(name => changes.get(name)?.staged !== undefined);
  const sentences = [
    ...say('Deployed', without(names, staged), ' '),
    ...say('Staged, and not promoted yet', staged),
    ...say('Left for the promotion', [...later]),
    ...say('Live already', listLiveBefore({ targets, waiting, later })),
  ];
  return {
    state: staged.length > 0 ? 'staged' : 'live',
    headline: sentences.map(sentence => `${sentence}.`).join(' '),
  };
}

function describeParts({ targets, waiting, later, changes }: Released): Summary {
  const names = waiting.map(({ name }) => name);
  const untouched = names.filter(name => !changes.has(name));
  const changed = names.filter(name => changes.get(name)?.changed);
  const unchanged = without(names, changed);
  const good = names.filter(name => isGood(changes.get(name)));
  const before = listLiveBefore({ targets, waiting, later });
  const parts = [
    ...say('not deployed', without(unchanged, [...untouched, ...good])),
    ...say('changed, and not verified', without(changed, good)),
    ...(changed.length > 0 ? say('changed', without(good, unchanged)) : ['changed: none']),
    ...say('not touched', untouched),
    ...say('live already', before),
  ].join('; ');
  const headline = `${parts.charAt(0).toUpperCase()}${parts.slice(1)}.`;
  const isHalf = changed.length > 0 || (before.length > 0 && targets.length > before.length);
  if (!isHalf || targets.length === 1) return { state: 'failed', headline };
  const findings = [found(halfReleased, { message: `The release is only half live. ${headline}` })];
  const verdict = pickWorst(['error', ...[...changes.values()].map(getVerdict)]);
  return { state: 'failed', headline, half: { verdict, findings } };
}

function without(names: string[], others: string[]): string[] {
  return names.filter(name => !others.includes(name));
}

function listLiveBefore({ targets, waiting, later }: Omit<Released, 'changes'>): string[] {
  return targets.filter(target => !waiting.includes(target) && !later.has(target.name)).map(({ name }) => name);
}

function isGood(change: Carried | undefined): boolean {
  return change !== undefined && getVerdict(change) === 'passed';
}

function getVerdict({ check, probed }: Carried): Verdict {
  return combineVerdicts([check, ...probed]);
}

function say(what: string, names: string[], separator = ': '): string[] {
  return names.length > 0 ? [`${what}${separator}${names.join(', ')}`] : [];
}
