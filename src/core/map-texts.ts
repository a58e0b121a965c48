/**
 * Changes each text of a JSON-like value. Parts without a change, usually all of them, are not copied.
 */
export function mapTexts(value: unknown, change: (text: string) => unknown): unknown {
  if (typeof value === 'string') return change(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const items = value.map(item => mapTexts(item, change));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  let changed = false;
  const entries = Object.entries(value);
  for (const entry of entries) {
    const before: unknown = entry[1];
    entry[1] = mapTexts(before, change);
    changed ||= entry[1] !== before;
  }
  return changed ? Object.fromEntries(entries) : value;
}
