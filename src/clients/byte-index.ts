/** Bytes between two places that are remembered. */
const step = 4096;

/**
 * Turns a place in the UTF-8 of a text, in bytes, into its index in the text. Places on the way are remembered, so that
 * asking for each statement of a large script does not read all that is before it each time.
 */
export function findByteIndex(text: string): (byte: number) => number {
  const bytes = Buffer.from(text);
  if (bytes.length === text.length) return byte => byte;
  const known = [{ byte: 0, index: 0 }];
  for (let next = step; next <= bytes.length; next += step) {
    const { byte: from, index } = known.at(-1) ?? { byte: 0, index: 0 };
    const byte = startOfCharacter(bytes, next);
    known.push({ byte, index: index + bytes.toString('utf8', from, byte).length });
  }
  return byte => {
    const { byte: from, index } = known[Math.min(Math.floor(byte / step), known.length - 1)] ?? { byte: 0, index: 0 };
    return index + bytes.toString('utf8', from, byte).length;
  };
}

/** Bytes that begin with the bits 10 go on with a character. */
function startOfCharacter(bytes: Buffer, byte: number): number {
  let start = byte;
  while (start > 0 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start--;
  return start;
}
