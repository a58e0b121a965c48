/** A run of neighbours as long as this was typed, not made: 0123456789, abcdefgh. */
const longestRun = 8;

/**
 * Bits that a text has at most, by how often its characters come (Shannon): 0 for the same one all over. A text that
 * repeats itself has no more than the part that it repeats, and one of neighbours (`abcdef…`) none.
 */
export function entropyOf(text: string): number {
  const unit = repeatedPartOf(text);
  if (longestRunOf(unit) >= Math.min(longestRun, unit.length)) return 0;
  const counts = new Map<string, number>();
  for (const character of unit) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= count * Math.log2(count / unit.length);
  return bits;
}

function repeatedPartOf(text: string): string {
  const at = `${text}${text}`.indexOf(text, 1);
  return text.slice(0, at);
}

function longestRunOf(text: string): number {
  let [longest, up, down] = [1, 1, 1];
  for (let at = 1; at < text.length; at++) {
    const step = text.charCodeAt(at) - text.charCodeAt(at - 1);
    up = step === 1 ? up + 1 : 1;
    down = step === -1 ? down + 1 : 1;
    longest = Math.max(longest, up, down);
  }
  return longest;
}
