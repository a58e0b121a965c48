export interface SseEvent {
  /** `message` where the server names none. */
  event: string;
  data: string;
  /** The last id that came; empty where none did. */
  id: string;
}

/** An event without an end is not kept beyond this; characters. */
const longestEvent = 1024 * 1024;

/** Reads a stream of server-sent events (HTML standard, section 9.2.6), chunk by chunk. */
export class SseParser {
  readonly #onEvent: (event: SseEvent) => void;
  readonly #decoder = new TextDecoder('utf-8');
  #rest = '';
  /** Whether the last line ended with a CR, which may be the first half of a CRLF. */
  #endsWithCr = false;
  #event = '';
  #data: string[] = [];
  #id = '';

  constructor(onEvent: (event: SseEvent) => void) {
    this.#onEvent = onEvent;
  }

  push(chunk: Uint8Array): void {
    let text = this.#decoder.decode(chunk, { stream: true });
    if (text === '') return;
    if (this.#endsWithCr && text.startsWith('\n')) text = text.slice(1); // the second half of a CRLF
    this.#endsWithCr = text === '' ? false : text.endsWith('\r');
    const lines = (this.#rest + text).split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? '').slice(-longestEvent);
    for (const line of lines) this.#line(line);
  }

  #line(line: string): void {
    if (line === '') {
      this.#dispatch();
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return; // a comment, which keeps the connection alive
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    else if (field === 'data') this.#data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
  }

  #dispatch(): void {
    if (this.#data.length > 0) {
      this.#onEvent({ event: this.#event || 'message', data: this.#data.join('\n'), id: this.#id });
    }
    this.#event = '';
    this.#data = [];
  }
}
