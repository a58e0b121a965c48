import { invalidInput } from '../../config/findings.ts';
import { GateError } from '../../core/errors.ts';
import { found } from '../../core/finding.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import type { Target } from './target.ts';

export interface PushSchemaOptions {
  targets: Target[];
  /** `check` plans and changes nothing; `rehearse` also tries what is pending on a scratch database. */
  mode: 'push' | 'check' | 'rehearse';
  /** Whether to search the repository for commands that must not reach production. */
  guards: boolean;
  record: ReleaseRecord;
  /** Names of migrations allowed to make changes that the gate would otherwise reject. */
  approved?: string[] | undefined;
  /** Names who approved this run for its environment, for a sentence; called only where something depends on it. */
  environmentApproval?: (() => Promise<string | undefined>) | undefined;
  /** Milliseconds to wait for another release that applies migrations. Default 10 000, as Prisma waits. */
  lockWait?: number | undefined;
}

/** `judge` reads only the repository; the other modes are those of PushSchemaOptions. */
export function parseMode(mode: string): PushSchemaOptions['mode'] | 'judge' {
  if (mode === '' || mode === 'push') return 'push';
  if (mode === 'check' || mode === 'rehearse' || mode === 'judge') return mode;
  const help = 'Set it to push, check, rehearse or judge.';
  throw new GateError([found(invalidInput, { message: `The input \`mode\` is "${mode}".`, help })]);
}
