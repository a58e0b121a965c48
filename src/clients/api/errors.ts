import { GateError } from '../../core/errors.ts';
import type { Finding } from '../../core/finding.ts';

/** The platform refused a request. Its adapter may know more about the status. */
export class Refused extends GateError {
  readonly status: number;
  /** What the platform says, in one line. */
  readonly said: string;

  constructor(status: number, said: string, finding: Finding) {
    super([finding]);
    this.name = 'Refused';
    this.status = status;
    this.said = said;
  }
}

/** The answer, or undefined where the platform does not know what it was asked for, or has deleted it (410). */
export async function ignoreNotFound<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Refused && (error.status === 404 || error.status === 410)) return undefined;
    throw error;
  }
}

/** The vendor gave no usable answer, again and again. Later it may. */
export class Unavailable extends GateError {
  /** When the vendor takes requests again, where it said so, as after its rate limit; milliseconds of the clock. */
  readonly until: number | undefined;

  constructor(findings: Finding[], until?: number) {
    super(findings);
    this.until = until;
  }
}

/** A change was requested and the answer was lost: the adapter has to find out whether it took effect. */
export class Uncertain extends GateError {
  /** What the platform says, in one line, where it answered. */
  readonly said: string;

  constructor(finding: Finding, said = '') {
    super([finding]);
    this.name = 'Uncertain';
    this.said = said;
  }
}

/** A change failed, and what is live after it could not be read. */
export class ChangeFailed extends GateError {
  constructor(findings: Finding[]) {
    super(findings);
    this.name = 'ChangeFailed';
  }
}
