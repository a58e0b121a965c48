import type { Configuration } from '../../config/load.ts';
import type { Check } from '../../core/check.ts';
import type { CommitFacts } from '../../core/commit-facts.ts';
import type { GateContext } from '../../core/context.ts';
import type { Override, ReleaseRecord } from '../../core/record.ts';

export interface PreflightOptions {
  config: Configuration;
  commit: string;
  facts: CommitFacts;
  /** Why an emergency release may begin outside the window, from the input; empty without an emergency. */
  override: string;
  /** The user who started the run. */
  actor: string;
  record: ReleaseRecord;
}

/** A check whose value is the override that let it pass, if one did. */
export type PreflightCheck = Check<Override>;

/** Plans the checks that one section of `preflight:` declares; none when the configuration does not have the section. */
export type Section = (options: PreflightOptions, context: GateContext) => PreflightCheck[];
