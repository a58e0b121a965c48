/** Comparing takes time for each pair of characters. */
const longestWord = 100;
/** How many candidates a message lists. */
const mostListed = 30;

/** The candidate most similar to the word, if one is near enough to be meant. */
export function findNearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  if (word.length > longestWord) return undefined;
  const mostEdits = Math.min(Math.max(2, Math.floor(word.length / 3)), word.length - 1);
  let least = mostEdits + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > mostEdits) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

/** `Did you mean "x"?`, or `Known: a, b, c.` when nothing is near. */
export function suggestName(word: string, candidates: Iterable<string>): string {
  const known = [...candidates];
  const near = findNearest(word, known);
  if (near !== undefined) return `Did you mean "${near}"?`;
  if (known.length === 0) return 'None are known here.';
  const rest = known.length > mostListed ? ` and ${known.length - mostListed} more` : '';
  return `Known here: ${known.slice(0, mostListed).join(', ')}${rest}.`;
}

/** Levenshtein distance: how many single characters must be inserted, deleted or replaced. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
