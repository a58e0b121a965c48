import type { JsonSchema } from './json-schema.ts';

interface Row {
  key: string;
  kind: string;
  note: string;
  /** Whether every form of its mapping that has it must have it. */
  needed: boolean;
}

/** A page with every key of release-gates.yml, by section. */
export function configurationReference(schema: JsonSchema): string {
  const sections = Object.entries(properties(schema)).map(([name, section]) => {
    const rows = rowsOf(name, section).filter(row => row.key !== name);
    const table = [
      '| Key | Value | What it decides |',
      '| --- | --- | --- |',
      ...rows.map(row => `| \`${row.key}\` | ${row.kind}${row.needed ? ', needed' : ''} | ${row.note} |`),
    ];
    return [`## ${name}`, '', section.description ?? '', '', ...table, ''].join('\n');
  });
  return [
    '# Configuration',
    '',
    'The keys of `.github/release-gates.yml`, made from its schema by `script/generate`. Editors check and complete the file',
    'with `# yaml-language-server: $schema=` and the address of `release-gates.schema.json` in its first line.',
    '',
    '- A duration has its unit: `200ms`, `30s`, `5m`.',
    '- `${name}` stands for a value of the chosen environment, for `${environment}` or `${commit}`; in `UPPER_CASE` for a',
    '  variable of the step; in a flow also for what it captured or generated. `$${name}` is the literal text.',
    '- `<name>` is a name that you choose.',
    '- What is `needed` must be there in every mapping of a kind (a platform, a type) that has the key.',
    '',
    ...sections,
  ].join('\n');
}

function rowsOf(key: string, schema: JsonSchema, needed = false): Row[] {
  const own: Row = { key, kind: kindOf(schema), note: noteOf(schema), needed };
  const forms = formsOf(schema);
  const children = forms.flatMap(form => [
    ...Object.entries(properties(form)).flatMap(([name, child]) =>
      rowsOf(`${key}.${name}`, child, form.required?.includes(name)),
    ),
    ...(isSchema(form.additionalProperties) && isStructured(form.additionalProperties)
      ? rowsOf(`${key}.<name>`, form.additionalProperties)
      : []),
    ...(isSchema(form.items) && isStructured(form.items) ? rowsOf(`${key}[]`, form.items).slice(1) : []),
  ]);
  const unique = new Map<string, Row>();
  for (const row of [own, ...children]) {
    const known = unique.get(row.key);
    unique.set(row.key, known ? merged(known, row) : row);
  }
  return [...unique.values()];
}

/** What two forms of the same mapping, such as the services of two platforms, say of a key that both have. */
function merged(one: Row, other: Row): Row {
  return {
    key: one.key,
    kind: one.kind === other.kind ? one.kind : `${one.kind} or ${other.kind}`,
    note: one.note.includes(other.note) ? one.note : [one.note, other.note].filter(Boolean).join(' Or: '),
    needed: one.needed && other.needed,
  };
}

function kindOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum) return schema.enum.map(value => `\`${String(value)}\``).join(', ');
  const forms = formsOf(schema);
  if (forms.length > 1) return [...new Set(forms.map(kindOf))].join(' or ');
  if (schema.type === 'array' && isSchema(schema.items)) return `list of ${kindOf(schema.items)}`;
  if (schema.type === 'object') return 'mapping';
  if (schema.pattern?.includes('ms|s|m|h|d')) return 'duration';
  return typeof schema.type === 'string' ? schema.type : 'any value';
}

function noteOf(schema: JsonSchema): string {
  const structured = isStructured(schema) || (typeof schema.default === 'object' && schema.default !== null);
  const fallback = schema.default === undefined || structured ? '' : ` Default: \`${String(schema.default)}\`.`;
  return `${schema.description ?? ''}${fallback}`.trim().replaceAll('|', '\\|');
}

function formsOf(schema: JsonSchema): JsonSchema[] {
  const forms = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].filter(isSchema);
  return forms.length > 0 ? forms.flatMap(formsOf) : [schema];
}

function isStructured(schema: JsonSchema): boolean {
  return formsOf(schema).some(form => form.type === 'object' || form.type === 'array');
}

function properties(schema: JsonSchema): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).filter((entry): entry is [string, JsonSchema] => isSchema(entry[1])),
  );
}

function isSchema(value: unknown): value is JsonSchema {
  return value !== null && typeof value === 'object';
}
