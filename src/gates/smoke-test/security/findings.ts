import type { Finding } from '../../../core/finding.ts';
import type { Visit } from '../visit.ts';

/**
 * What a step finds that asks several times. The request that is shown for it is that of the first finding, not the
 * last.
 */
export class FindingsOfRequests {
  readonly #visit: Visit;
  readonly #findings: Finding[] = [];
  #command = '';

  constructor(visit: Visit) {
    this.#visit = visit;
  }

  /** Adds what the request at hand has shown. */
  add(finding: Finding): void {
    if (this.#findings.length === 0) this.#command = this.#visit.command;
    this.#findings.push(finding);
  }

  /** All of them, once nothing more is asked. */
  done(): Finding[] {
    const command = this.#command;
    if (command !== '') this.#visit.asks(() => command);
    return this.#findings;
  }
}
