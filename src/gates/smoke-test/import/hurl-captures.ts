/** What a query of Hurl captures, as ours; undefined where we have none such. */
export function captureOf(query: string): unknown {
  const [, kind, argument] =
    /^(\w+)(?:\s+(?:"((?:[^"\\]|\\.)*)"|\/(.*)\/))?$/.exec(query)?.map(part => part?.replace(/\\"/g, '"')) ?? [];
  const pattern = /^regex\s+\/(.*)\/$/.exec(query)?.[1];
  if (pattern !== undefined) return { text: pattern };
  if (kind === 'status') return { status: true };
  if (argument === undefined) return undefined;
  if (kind === 'jsonpath') return argument;
  if (kind === 'header') return { header: argument };
  if (kind === 'cookie' && !argument.includes('[')) return { cookie: argument };
  return kind === 'regex' ? { text: argument } : undefined;
}
