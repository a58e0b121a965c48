/** A run of neighbours as long as this was typed, not made: 012345, abcdef. */
const shortestRun = 6;

/**
 * Bits that a text has at most, by how often its characters come (Shannon): 0 for the same one all over. A text that
 * repeats itself has no more than the part that it repeats, and runs of neighbours (`abcdef…`) add nothing.
 */
export function measureEntropy(text: string): number {
  const unit = dropRuns(findRepeatedPart(text));
  const counts = new Map<string, number>();
  for (const character of unit) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= count * Math.log2(count / unit.length);
  return bits;
}

function findRepeatedPart(text: string): string {
  const at = `${text}${text}`.indexOf(text, 1);
  return text.slice(0, at);
}

function dropRuns(text: string): string {
  let kept = '';
  for (let start = 0; start < text.length; ) {
    const end = Math.max(findRunEnd(text, start, 1), findRunEnd(text, start, -1));
    if (end - start < shortestRun) kept += text[start];
    start = end - start < shortestRun ? start + 1 : end;
  }
  return kept;
}

/** Where the run of neighbours that begins here ends. */
function findRunEnd(text: string, start: number, step: number): number {
  let end = start + 1;
  while (end < text.length && text.charCodeAt(end) - text.charCodeAt(end - 1) === step) end++;
  return end;
}
