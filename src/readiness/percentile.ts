/** The value that this percentage of the values does not exceed (nearest rank); 0 without values. */
export function computePercentile(values: number[], per: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((per / 100) * sorted.length) - 1)] ?? 0;
}
