import type { Arrival } from '../../../clients/arrivals.ts';

/** A connection that receives messages: a WebSocket, or a stream of server-sent events. */
export interface Connection {
  /** The next arrival. Rejects with the signal's reason when aborted. */
  next(signal: AbortSignal): Promise<Arrival>;
  /** Undefined for a connection that cannot send. */
  send?: (text: string) => void;
  close(): Promise<void>;
}

/** The connections of a flow that outlive their step, by the names that the flow gives them. */
export class Connections {
  readonly #open = new Map<string, Connection>();

  get(name: string): Connection | undefined {
    return this.#open.get(name);
  }

  /** Keeps the connection under the name, and closes an earlier one with that name. */
  async keep(name: string, connection: Connection): Promise<void> {
    const before = this.#open.get(name);
    this.#open.set(name, connection);
    await before?.close();
  }

  async closeAll(): Promise<void> {
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(open.map(connection => connection.close()));
  }
}
