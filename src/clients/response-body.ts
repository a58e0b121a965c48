import { isUtf8 } from 'node:buffer';
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { formatError } from '../core/errors.ts';

/** The encodings that are undone, as a request says them. */
export const acceptedEncodings = 'gzip, br, zstd, deflate';

const decoders: Record<string, () => Transform> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
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
  readonly #sender: BodySender;
  readonly #decoder: Transform | undefined;
  readonly #chunks: Buffer[] = [];
  #size = 0;
  #isEmpty = true;
  #isOver = false;

  constructor(encoding: string | undefined, sender: BodySender) {
    this.#sender = sender;
    const name = encoding?.trim().toLowerCase() ?? '';
    if (Object.hasOwn(decoders, name)) this.#decoder = decoders[name]?.();
    this.#decoder
      ?.on('data', chunk => this.#keep(chunk))
      .on('drain', () => sender.resume())
      .on('end', () => this.#end())
      .on('error', error => {
        // The answer to a HEAD request names an encoding but has no body.
        if (this.#isEmpty) this.#end();
        else if (!this.#isOver) sender.failed(new UnreadableBody(name, formatError(error)));
      });
  }

  push(chunk: Buffer): void {
    this.#isEmpty = false;
    if (!this.#decoder) this.#keep(chunk);
    else if (!this.#isOver && !this.#decoder.write(chunk)) this.#sender.pause();
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
    return { text: bytes.toString('utf8'), truncated, size: bytes.length, utf8: truncated || isUtf8(bytes) };
  }
}
