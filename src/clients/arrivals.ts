/**
 * A message, when it came (`performance.now()`); messages that were dropped, since more came than are kept; or the end
 * of the connection, after which nothing comes.
 */
export type Arrival =
  | { type: 'message'; text: string; at: number }
  | { type: 'dropped'; count: number; at: number }
  | { type: 'closed'; code: number; reason: string; at: number };

/** No step waits for more, and a service that sends without an end must not fill the memory. */
export const mostKept = { messages: 10_000, bytes: 16 * 1024 * 1024 } as const;

/**
 * What arrives over a connection, kept until it is asked for; beyond the bounds the oldest is dropped, and told first.
 */
export class Arrivals {
  readonly #kept: { arrival: Arrival; bytes: number }[] = [];
  #bytes = 0;
  #dropped: { type: 'dropped'; count: number; at: number } | undefined;

  add(arrival: Arrival): void {
    const bytes = arrival.type === 'message' ? Buffer.byteLength(arrival.text) : 0;
    this.#kept.push({ arrival, bytes });
    this.#bytes += bytes;
    while (this.#bytes > mostKept.bytes || this.#kept.length > mostKept.messages) this.#dropOldest();
  }

  /** The oldest that is kept, which is gone then; undefined where there is none. */
  take(): Arrival | undefined {
    const dropped = this.#dropped;
    this.#dropped = undefined;
    return dropped ?? this.#shift();
  }

  #dropOldest(): void {
    const at = this.#shift()?.at ?? 0;
    this.#dropped = { type: 'dropped', count: (this.#dropped?.count ?? 0) + 1, at };
  }

  #shift(): Arrival | undefined {
    const oldest = this.#kept.shift();
    this.#bytes -= oldest?.bytes ?? 0;
    return oldest?.arrival;
  }
}
