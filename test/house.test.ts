import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from '@jest/globals';

/** The rules of imports in src (CONTRIBUTING.md): they point down, never in a circle, and no gate imports another. */
const src = join(import.meta.dirname, '../src');

/** Folders of src from the top down. A file imports from its own row and from those below. */
const rows = [
  ['entries'],
  ['gates'],
  ['release', 'readiness', 'expectations', 'channels'],
  ['platforms', 'vendors', 'clients', 'github'],
  ['config'],
  ['core'],
];

/** Each file of src with the files of src that it imports, for their types too. */
function readImports(): Map<string, string[]> {
  const files = globSync('**/*.ts', { cwd: src }).sort();
  return new Map(files.map(file => [file, importsOf(file)]));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(src, file), 'utf8');
  const statements = text.matchAll(/^(?:import|export)\s(?:[^'"]*?\sfrom\s)?'(\.[^']+)';/gm);
  const lazy = text.matchAll(/\bimport\('(\.[^']+)'\)/g);
  return [...statements, ...lazy].map(([, path = '']) => normalize(join(dirname(file), path)));
}

function rowOf(file: string): number {
  return rows.findIndex(row => row.includes(file.split('/')[0] ?? ''));
}

/** The files that lead from one back to itself, for each circle that a walk along the imports meets. */
function findCircles(imports: Map<string, string[]>): string[] {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, trail: string[]): void => {
    if (trail.includes(file)) circles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
    if (trail.includes(file) || done.has(file)) return;
    for (const imported of imports.get(file) ?? []) visit(imported, [...trail, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return circles;
}

const imports = readImports();
const all = [...imports].flatMap(([file, imported]) => imported.map(target => ({ file, target })));

test('the imports of src are read', () => {
  expect(all.length).toBeGreaterThan(1000);
  expect(all.filter(({ target }) => !imports.has(target))).toEqual([]);
});

test('each folder of src has a row', () => {
  expect(all.filter(({ file }) => rowOf(file) < 0)).toEqual([]);
});

test('no import points up', () => {
  expect(all.filter(({ file, target }) => rowOf(target) < rowOf(file))).toEqual([]);
});

test('no gate imports from another', () => {
  const gateOf = (file: string) => /^gates\/([^/]+)/.exec(file)?.[1];
  const between = all.filter(({ file, target }) => gateOf(file) && gateOf(target) && gateOf(file) !== gateOf(target));
  expect(between).toEqual([]);
});

test('no files import each other in a circle', () => {
  expect(findCircles(imports)).toEqual([]);
});

test('a circle is found', () => {
  const small = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['b']],
  ]);
  expect(findCircles(small)).toEqual(['b → c → b']);
});
