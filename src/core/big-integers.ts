declare global {
  interface BigInt {
    toJSON(): unknown;
  }
  interface JSON {
    /** A value that `stringify` writes as this text. */
    rawJSON(text: string): unknown;
  }
}

// Integers that no number can hold are bigints here. JSON writes them as they came, wherever a value is written.
BigInt.prototype.toJSON = function () {
  return JSON.rawJSON(String(this));
};

/** Parses JSON. An integer that a number cannot hold exactly becomes a bigint. Throws a SyntaxError. */
export function parseExactly(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text); // most texts: the reviver takes time
  return JSON.parse(text, (_key, value: unknown, { source = '' }: { source?: string } = {}) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source) ? BigInt(source) : value,
  );
}
