import { GateError } from '../../core/errors.ts';
import type { Finding } from '../../core/finding.ts';

/** The platform refused a request with a status that its adapter may know more of. */
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

/** A request that changes something was sent and no answer came: the adapter has to look whether it took effect. */
export class Uncertain extends GateError {
  constructor(finding: Finding) {
    super([finding]);
    this.name = 'Uncertain';
  }
}

/** A change has come to nothing good, and what is live after it could not be asked. */
export class ChangeFailed extends GateError {
  constructor(findings: Finding[]) {
    super(findings);
    this.name = 'ChangeFailed';
  }
}
