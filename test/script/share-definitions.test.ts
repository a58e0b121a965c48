import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { jsonSchema } from '../../script/generators/json-schema.ts';
import { shareDefinitions } from '../../script/generators/share-definitions.ts';

const root = join(import.meta.dirname, '../..');
const inline = await jsonSchema();
const shared = shareDefinitions(inline);
const definitions = new Map<string, unknown>(Object.entries(shared.definitions ?? {}));
const recursive = Object.keys(inline.definitions ?? {});

/** Writes out what `$ref` stands for, except for what contains itself. */
function expand(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(expand);
  if (part === null || typeof part !== 'object') return part;
  const name = '$ref' in part ? String(part.$ref).replace('#/definitions/', '') : '';
  if (name !== '' && !recursive.includes(name)) return expand(definitions.get(name));
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, expand(value)]));
}

/** Values that differ from this one in one place: a key left out or misspelt, or another value. */
function slips(value: unknown): unknown[] {
  if (Array.isArray(value))
    return value.flatMap((item, index) => [undefined, ...slips(item)].map(slip => value.with(index, slip ?? { x: 1 })));
  if (value === null || typeof value !== 'object') return [42, { x: 1 }];
  return Object.entries(value).flatMap(([key, item]) => {
    const { [key]: _, ...others } = Object.fromEntries(Object.entries(value));
    return [others, { ...others, [`${key}x`]: item }, ...slips(item).map(slip => ({ ...others, [key]: slip }))];
  });
}

describe('the schema with shared definitions', () => {
  test('is the same as the one that is written out', () => {
    expect(expand({ ...shared, definitions: undefined })).toEqual({ ...inline, definitions: undefined });
  });

  test('is small, and its definitions have names', () => {
    expect(JSON.stringify(shared, null, 2).length).toBeLessThan(270_000);
    for (const name of [...definitions.keys()]) expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
    expect([...definitions.keys()]).toEqual(expect.arrayContaining(['within', 'json-value', 'limits']));
  });

  // Without `smoke`, nearly all of what is written out: compiled, it fills so much memory that Jest's worker ends late.
  const [byInline, byShared] = [inline, shared].map(schema =>
    new Ajv({ strict: false }).compile({ ...schema, properties: { ...schema.properties, smoke: {} } }),
  );
  test.each(globSync('workflows-examples/**/release-gates.yml', { cwd: root }))('judges %s alike, with slips', file => {
    const example: unknown = parse(readFileSync(join(root, file), 'utf8'));
    expect(byShared?.(example)).toBe(true);
    const every = slips(example);
    const step = Math.ceil(every.length / 100); // all of them take a minute
    const all = every.filter((_, index) => index % step === 0);
    const differing = all.filter(slip => byInline?.(slip) !== byShared?.(slip));
    expect(differing).toEqual([]);
    expect(all.some(slip => byShared?.(slip) === false)).toBe(true);
  });
});
