import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseSync } from '@swc/core';
import { parse } from 'yaml';

/** Compares each action.yml with the code that it runs. */
const root = join(import.meta.dirname, '..');
const gates = globSync('actions/*/action.yml', { cwd: root })
  .map(path => basename(dirname(path)))
  .sort();

interface Metadata {
  name: string;
  description: string;
  inputs?: Record<string, { description?: string }>;
  outputs?: Record<string, { description?: string }>;
  runs: { using: string; main: string };
}

function text(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function metadataOf(gate: string): Metadata {
  return parse(text(`actions/${gate}/action.yml`));
}

/** A node of a syntax tree, of which only some fields are looked at. */
type Node = { type?: string; [field: string]: unknown };

function isNode(value: unknown): value is Node {
  return value !== null && typeof value === 'object';
}

function* nodesIn(value: unknown): Generator<Node> {
  if (!isNode(value)) return;
  yield value;
  for (const inner of Object.values(value)) yield* nodesIn(inner);
}

function nodesOf(pattern: string): Node[] {
  const files = globSync(pattern, { cwd: root });
  return files.flatMap(file => [...nodesIn(parseSync(text(file), { syntax: 'typescript' }))]);
}

function fieldAt(node: unknown, ...path: string[]): unknown {
  return path.reduce((at, field) => (isNode(at) ? at[field] : undefined), node);
}

/** `inputs.text('url')` and the like; what src/github reads is read by every gate. */
function inputsRead(gate: string): string[] {
  const calls = [...nodesOf(`src/entries/${gate}{,-post}.ts`), ...nodesOf('src/github/*.ts')].filter(
    node =>
      node.type === 'CallExpression' && ['inputs', 'side'].includes(String(fieldAt(node, 'callee', 'object', 'value'))),
  );
  return distinct(calls.map(call => String(fieldAt(call, 'arguments', '0', 'expression', 'value'))));
}

/** What every gate sets, and the keys of its own `outputs: { … }` or of what its `outputsOf` or `writeOutputs` returns. */
function outputsSet(gate: string): string[] {
  const nodes = nodesOf(`src/gates/${gate}/**/*.ts`);
  const written = nodes.filter(node => node.type === 'KeyValueProperty' && fieldAt(node, 'key', 'value') === 'outputs');
  const returned = nodes
    .filter(
      node =>
        node.type === 'FunctionDeclaration' &&
        /^(outputsOf|writeOutputs)$/.test(String(fieldAt(node, 'identifier', 'value'))),
    )
    .flatMap(outputsOf =>
      [...nodesIn(fieldAt(outputsOf, 'body', 'stmts'))].filter(node => node.type === 'ReturnStatement'),
    );
  const literals = [...written.map(node => node.value), ...returned.map(node => node.argument)];
  return distinct(['verdict', 'findings', 'record', ...literals.flatMap(keysOf)]);
}

function keysOf(literal: unknown): string[] {
  const properties = fieldAt(literal, 'properties');
  if (!Array.isArray(properties)) return [];
  const named = properties.filter(property => fieldAt(property, 'type') !== 'SpreadElement'); // those are named elsewhere
  return named.map(property => String(fieldAt(property, 'key', 'value') ?? fieldAt(property, 'value')));
}

function distinct(names: string[]): string[] {
  return [...new Set(names)].sort();
}

test('there is an entry for every action, and an action for every entry', () => {
  const entries = globSync('src/entries/*.ts', { cwd: root }).map(path => basename(path, '.ts').replace(/-post$/, ''));
  expect(gates).toEqual(distinct(entries));
});

describe.each(gates)('actions/%s/action.yml', gate => {
  const { name, description, inputs = {}, outputs = {}, runs } = metadataOf(gate);
  const names = [...Object.keys(inputs), ...Object.keys(outputs)];

  test('runs its own bundle on Node 24', () => {
    expect(runs.using).toBe('node24');
    const main = relative(root, join(root, 'actions', gate, runs.main));
    expect(main).toBe(join('dist', `${gate}.mjs`));
    expect(text(main)).not.toBe('');
  });

  test('declares the inputs that the code reads, and no others', () => {
    expect(distinct(Object.keys(inputs))).toEqual(inputsRead(gate));
  });

  test('declares the outputs that the gate sets, and no others', () => {
    expect(distinct(Object.keys(outputs))).toEqual(outputsSet(gate));
  });

  test('describes everything in sentences', () => {
    expect(name).toBe(`release-gates ${gate}`);
    const described = [description, ...Object.values({ ...inputs, ...outputs }).map(entry => entry.description)];
    for (const sentence of described) expect(sentence).toMatch(/^[A-Z`].*\.$/s);
  });

  test('names everything in kebab-case', () => {
    for (const word of [gate, ...names]) expect(word).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  test('has the same words for what several gates share', () => {
    const shared = ['config', 'environment', 'commit', 'services'].filter(input => inputs[input]);
    for (const theirs of gates.map(other => metadataOf(other).inputs ?? {})) {
      for (const input of shared.filter(key => theirs[key])) expect(theirs[input]).toEqual(inputs[input]);
    }
  });

  test('has a README with all of them', () => {
    const readme = text(`actions/${gate}/README.md`);
    for (const word of names) expect(readme).toContain(`| \`${word}\` |`);
  });
});
