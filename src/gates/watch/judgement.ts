import type { FindingKind } from '../../core/finding.ts';

/** What the observations of a signal say so far. */
export interface Judgement {
  /** `good` and `bad` are clear enough to end the watch; `open` may still become either. */
  state: 'good' | 'bad' | 'open';
  /** What was observed, as a person reads it: `12 of 1,840 requests failed (0.65 %), at most 5 % may`. */
  sentence: string;
  /** Why it is bad. */
  kind?: FindingKind;
  /** While open: what is missing before it can be decided, such as `about 300 more requests`. */
  missing?: string;
  /** Something that was bad before the release too, so it does not decide. */
  wasBad?: boolean;
}

/** The gravest of several: bad before undecided before good; sentences stay together. */
export function combineJudgements(judgements: Judgement[]): Judgement {
  const bad = judgements.find(({ state }) => state === 'bad');
  const open = judgements.filter(({ state }) => state === 'open');
  const missing = open.flatMap(judgement => judgement.missing ?? []);
  return {
    state: bad ? 'bad' : open.length > 0 ? 'open' : 'good',
    sentence: bad?.sentence ?? judgements.map(({ sentence }) => sentence).join('; '),
    ...(bad?.kind && { kind: bad.kind }),
    ...(!bad && missing.length > 0 && { missing: missing.join('; ') }),
    ...(judgements.some(({ wasBad }) => wasBad) && { wasBad: true }),
  };
}
