import type { JsonSchema } from './json-schema.ts';

/** A shorter schema is clearer where it stands than behind a reference; characters of JSON. */
const shortest = 60;

/** The keywords whose value is a schema, a list of schemas, or a mapping from names to schemas. */
const single = ['additionalProperties', 'items', 'propertyNames', 'not'] as const;
const lists = ['anyOf', 'oneOf', 'allOf'] as const;
const mappings = ['properties', 'patternProperties', 'definitions'] as const;

/** Where a schema stands, as the names of the keys that lead to it. */
type Path = string[];
type Change = (schema: JsonSchema, path: Path) => JsonSchema;

/**
 * The same schema with every part that occurs more than once as a definition, named after the keys where it first occurs.
 * A part that contains itself is a definition already.
 */
export function shareDefinitions(schema: JsonSchema): JsonSchema {
  const uses = countUses(schema);
  const names = nameAll([...uses].filter(([text, { count }]) => count > 1 && text.length >= shortest));
  const definitions: Record<string, JsonSchema> = {};
  const share: Change = part => {
    const text = JSON.stringify(part);
    const name = names.get(text);
    if (name === undefined) return mapParts(part, [], share);
    definitions[name] ??= mapParts(part, [], share);
    return { $ref: `#/definitions/${name}` };
  };
  const shared = mapParts(schema, [], share);
  const all = [...Object.entries(shared.definitions ?? {}), ...Object.entries(definitions)];
  return { ...shared, definitions: Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** How often each part occurs, by its text, and where it first does. A repeated part counts its own parts once. */
function countUses(schema: JsonSchema): Map<string, { count: number; path: Path }> {
  const uses = new Map<string, { count: number; path: Path }>();
  const count: Change = (part, path) => {
    const text = JSON.stringify(part);
    const known = uses.get(text);
    if (known) known.count++;
    else {
      uses.set(text, { count: 1, path });
      mapParts(part, path, count);
    }
    return part;
  };
  mapParts(schema, [], count);
  return uses;
}

/** Gives each part the last of its keys as a name, with as many of those before it as make the name unique. */
function nameAll(parts: [string, { path: Path }][]): Map<string, string> {
  const taken = new Set<string>();
  const names = new Map<string, string>();
  for (const [text, { path }] of parts) {
    const keys = path.filter((key, index) => key !== path[index - 1]);
    const longer = keys.map((_, index) => keys.slice(-1 - index).join('-'));
    const numbered = (number: number): string => {
      const name = `${longer[0] ?? 'part'}-${number}`;
      return taken.has(name) ? numbered(number + 1) : name;
    };
    const name = longer.find(candidate => !taken.has(candidate)) ?? numbered(2);
    taken.add(name);
    names.set(text, name);
  }
  return names;
}

/** The schema with each of its parts changed. */
function mapParts(schema: JsonSchema, path: Path, change: Change): JsonSchema {
  const mapped: JsonSchema = { ...schema };
  for (const keyword of single) {
    const part = schema[keyword];
    if (isSchema(part)) mapped[keyword] = change(part, path);
  }
  for (const keyword of lists) {
    const parts = schema[keyword];
    if (parts) mapped[keyword] = parts.map(part => (isSchema(part) ? change(part, [...path, ...kindOf(part)]) : part));
  }
  for (const keyword of mappings) {
    const parts = schema[keyword];
    if (!parts) continue;
    mapped[keyword] = Object.fromEntries(
      Object.entries(parts).map(([name, part]) => [name, isSchema(part) ? change(part, [...path, name]) : part]),
    );
  }
  return mapped;
}

/** What tells one form of a union from the others: the value of its first constant, or its first required key. */
function kindOf({ properties = {}, required = [] }: JsonSchema): string[] {
  const constant = Object.values(properties).find(property => isSchema(property) && typeof property.const === 'string');
  if (isSchema(constant)) return [String(constant.const)];
  return required.slice(0, 1);
}

function isSchema(part: unknown): part is JsonSchema {
  return part !== null && typeof part === 'object' && !Array.isArray(part);
}
