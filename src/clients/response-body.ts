import { isUtf8 } from 'node:buffer';
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib';
import { formatError } from '../core/errors.ts';

/** The encodings that are undone, as a request says them. */
export const acceptedEncodings = 'gzip, br, zstd, deflate';

const decoders: Record<string, (firstByte: number) => Transform> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  // Some servers leave out the zlib header, whose first byte says 8 in its lower half (RFC 1950, section 2.2).
  deflate: firstByte => ((firstByte & 0x0f) === 8 ? createInflate() : createInflateRaw()),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress(),
};

/** More of a body than this is not kept, and no more of it is read; bytes once decoded. */
const largestBody = 1024 * 1024;

/** The bytes are not what their Content-Encoding says. */
class UnreadableBody extends Error {
  readonly code = 'UNREADABLE_BODY';

  constructor(encoding: string, reason: string) {
    super(`the body is not ${encoding}, as its Content-Encoding says (${reason})`);
    this.name = 'UnreadableBody';
  }
}

export interface Body {
  text: string;
  /** Whether it was longer than what is kept of it. */
  truncated: boolean;
  /** How long what is kept of it is, in bytes. */
  size: number;
  /** Whether the bytes are UTF-8; else some characters of the text stand for others. */
  utf8: boolean;
}

/** The sender of a body. Exactly one of `done`, `full` and `failed` is called, once. */
export interface BodySender {
  pause(): void;
  resume(): void;
  done(body: Body): void;
  /** As much as is kept of it is there; what follows is not wanted. */
  full(body: Body): void;
  failed(error: Error): void;
}

/** Makes a text of the body of an answer, chunk by chunk as it comes. An encoding that is not known is left on. */
export class BodyReader {
  readonly #encoding: string;
  readonly #charset: string;
  readonly #sender: BodySender;
  readonly #chunks: Buffer[] = [];
  /** Made for the first bytes: the answer to a HEAD request names an encoding and has no body. */
  #decoder: Transform | undefined;
  #size = 0;
  #isOver = false;

  constructor({ encoding, type }: { encoding: string; type: string }, sender: BodySender) {
    this.#encoding = encoding.trim().toLowerCase();
    this.#charset = findCharset(type);
    this.#sender = sender;
  }

  push(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#decoder ??= this.#makeDecoder(chunk);
    if (!this.#decoder) this.#keep(chunk);
    else if (!this.#decoder.write(chunk)) this.#sender.pause();
  }

  end(): void {
    if (this.#decoder) this.#decoder.end();
    else this.#end();
  }

  /** The sender broke off, or nobody wants the rest. */
  stop(): void {
    this.#isOver = true;
    this.#decoder?.destroy();
  }

  #makeDecoder(chunk: Buffer): Transform | undefined {
    const [firstByte] = chunk;
    if (firstByte === undefined || !Object.hasOwn(decoders, this.#encoding)) return undefined;
    return decoders[this.#encoding]?.(firstByte)
      .on('data', part => this.#keep(part))
      .on('drain', () => this.#sender.resume())
      .on('end', () => this.#end())
      .on('error', error => {
        if (!this.#isOver) this.#sender.failed(new UnreadableBody(this.#encoding, formatError(error)));
      });
  }

  #keep(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size <= largestBody) return;
    this.stop();
    this.#sender.full(this.#body());
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#sender.done(this.#body());
  }

  #body(): Body {
    const bytes = Buffer.concat(this.#chunks).subarray(0, largestBody);
    const truncated = this.#size > largestBody; // perhaps in the middle of a character
    const text = this.#charset === 'utf-8' ? bytes.toString('utf8') : new TextDecoder(this.#charset).decode(bytes);
    return { text, truncated, size: bytes.length, utf8: truncated || isUtf8(bytes) };
  }
}

/** The character set that the content type names. JSON is always UTF-8 (RFC 8259, section 8.1). */
function findCharset(type: string): string {
  const label = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(type)?.[1];
  if (label === undefined || /[/+]json\s*;/i.test(type)) return 'utf-8';
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return 'utf-8'; // no character set has that name
  }
}
