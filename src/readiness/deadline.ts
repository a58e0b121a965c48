/** When the gate stops making attempts. Times are milliseconds since the epoch. */
export class Deadline {
  /** By how much it was extended; milliseconds. */
  extendedBy = 0;
  #at: number;

  constructor(at: number) {
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  /** Moves the deadline, but only once. */
  extend(ms: number): void {
    if (this.extendedBy > 0) return;
    this.extendedBy = ms;
    this.#at += ms;
  }
}
