/** Visits every node below a value of PostgreSQL's parser, by the key that names its type. */
export function walkNodes(value: unknown, visit: (key: string, value: unknown) => void): void {
  if (!isObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    visit(key, item);
    walkNodes(item, visit);
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
