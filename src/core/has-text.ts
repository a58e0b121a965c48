/** Whether a text within a JSON-like value contains this part. Keys do not count. */
export function hasText(value: unknown, part: string): boolean {
  if (typeof value === 'string') return value.includes(part);
  return typeof value === 'object' && value !== null && Object.values(value).some(inner => hasText(inner, part));
}
