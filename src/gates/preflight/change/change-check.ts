import type { Change } from '../../../config/schema/preflight/change.ts';
import type { CommitFacts } from '../../../core/commit-facts.ts';
import type { GateContext } from '../../../core/context.ts';
import type { Finding, Place } from '../../../core/finding.ts';

export interface AskedOfChange {
  change: Change;
  commit: string;
  facts: CommitFacts;
  context: GateContext;
  place: Place;
}

/** One thing that is asked of the commit. */
export interface ChangeCheck {
  name: string;
  isWanted(change: Change): boolean;
  /** `isUndecided` where no one may read what would decide. */
  run(asked: AskedOfChange): Promise<{ findings: Finding[]; detail?: string; isUndecided?: boolean }>;
}

/** Whether a name fits a pattern in which `*` stands for any text. */
export function matchesName(pattern: string, name: string): boolean {
  const escaped = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(name);
}
