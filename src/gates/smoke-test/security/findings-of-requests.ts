import type { Finding } from '../../../core/finding.ts';
import type { Visit } from '../visit.ts';

/** The findings of a step that sends several requests. The log then shows the request of the first finding. */
export class FindingsOfRequests {
  readonly #visit: Visit;
  readonly #findings: Finding[] = [];
  #command = '';

  constructor(visit: Visit) {
    this.#visit = visit;
  }

  /** Adds a finding of the last request. */
  add(finding: Finding): void {
    if (this.#findings.length === 0) this.#command = this.#visit.command;
    this.#findings.push(finding);
  }

  /** Returns all findings, after the last request. */
  finish(): Finding[] {
    const command = this.#command;
    if (command !== '') this.#visit.showCommand(() => command);
    return this.#findings;
  }
}
