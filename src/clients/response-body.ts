import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { messageOf } from '../core/errors.ts';

/** The encodings that `readBody` undoes, as a request says them. */
export const acceptedEncodings = 'gzip, br, zstd, deflate';

const decoders: Record<string, () => NodeJS.ReadWriteStream> = {
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

/** The body of an answer as text. An encoding that is not known is left on. Rejects when it breaks off or is not what it says. */
export async function readBody(body: Readable, encoding: string | undefined): Promise<Body> {
  const name = encoding?.trim().toLowerCase() ?? '';
  const decode = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of decode ? decoded(body, decode(), name) : body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > largestBody) break; // ends the connection
  }
  if (size > largestBody) body.destroy();
  const bytes = Buffer.concat(chunks).subarray(0, largestBody);
  const truncated = size > largestBody; // perhaps in the middle of a character
  return { text: bytes.toString('utf8'), truncated, size: bytes.length, utf8: truncated || isUtf8(bytes) };
}

/** A body that breaks off breaks off its decoding. A HEAD request is told of an encoding and has no body. */
async function* decoded(body: Readable, decoder: NodeJS.ReadWriteStream, name: string): AsyncGenerator<Buffer> {
  let empty = true;
  body.on('error', error => decoder.emit('error', error));
  body.on('data', (chunk: Buffer) => {
    empty = false;
    if (!decoder.write(chunk)) {
      body.pause();
      decoder.once('drain', () => body.resume());
    }
  });
  body.on('end', () => decoder.end());
  try {
    for await (const chunk of decoder) yield Buffer.from(chunk);
  } catch (error) {
    if (body.errored) throw body.errored;
    if (!empty) throw new UnreadableBody(name, messageOf(error));
  }
}
