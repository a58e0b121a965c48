import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { Metafile } from 'esbuild';

/** Licences under which a package may be shipped inside dist/: they ask for no more than their text, which it carries. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'PostgreSQL',
  'Python-2.0',
  'Unicode-3.0',
  'Unicode-DFS-2016',
]);

const LICENCE_FILE = /^(licen[cs]e|copying|notice)([-.].*)?$/i;
const SEPARATOR = `\n\n${'-'.repeat(80)}\n\n`;

interface Package {
  name: string;
  version: string;
  licence: string;
  /** Its licence, the notices beside it, and the licences of code by others that it carries and that is bundled. */
  texts: string[];
}

/**
 * What dist/licenses.txt says: each package of which a part is in the bundle, with version, licence and its text, in
 * order of name. Paths in the metafile are relative to `root`. Throws an error that names every package which may not
 * be shipped: one without a licence text, or under a licence that is not allowed.
 */
export function licensesOf(metafile: Pick<Metafile, 'outputs'>, root: string): string {
  const packages = [...bundledFiles(metafile)].map(([folder, files]) => readPackage(join(root, folder), root, files));
  const problems = packages.flatMap(problemsOf);
  if (problems.length > 0) throw new Error(`dist may not be shipped:\n${problems.join('\n')}`);
  const sections = packages.map(({ name, version, licence, texts }) =>
    [`${name} ${version} (${licence})`, ...texts].join('\n\n'),
  );
  return `${[...new Set(sections)].sort().join(SEPARATOR)}\n`;
}

/** Package folders of which code is in an output, each with those of its files. */
function bundledFiles({ outputs }: Pick<Metafile, 'outputs'>): Map<string, string[]> {
  const packages = new Map<string, string[]>();
  for (const { inputs } of Object.values(outputs))
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
      if (folder && bytesInOutput > 0) packages.set(folder, [...(packages.get(folder) ?? []), file]);
    }
  return packages;
}

function readPackage(folder: string, root: string, files: string[]): Package {
  const manifest: { name: string; version: string; license?: string } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const { name, version, license: licence = 'no licence' } = manifest;
  const own = licenceTexts(folder);
  const ofOthers = foldersInside(
    folder,
    files.map(file => join(root, file)),
  ).flatMap(licenceTexts);
  const text = own.length > 0 ? own : licenceInReadme(folder);
  const texts = text.length > 0 ? [...text, ...ofOthers, ...textsOfCompiled(name)] : [];
  return { name, version, licence, texts };
}

/** Compiled code names no files: what it contains is recorded beside this script, each with its licence. */
function textsOfCompiled(name: string): string[] {
  const folder = join(import.meta.dirname, 'licenses', name);
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter(file => file.endsWith('.txt'));
  return files.sort().map(file => {
    const text = plain(readFileSync(join(folder, file), 'utf8'));
    return `Its compiled code contains ${file.replace('.txt', '')}:\n\n${text}`;
  });
}

/** The folders between a package and its files, without the package's own. */
function foldersInside(folder: string, files: string[]): string[] {
  const parents = files.flatMap(file => {
    const names = relative(folder, dirname(file)).split(sep);
    return names.map((_, index) => join(folder, ...names.slice(0, index + 1)));
  });
  return [...new Set(parents)].filter(parent => parent !== folder).sort();
}

function licenceTexts(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isFile() && LICENCE_FILE.test(entry.name))
    .map(entry => plain(readFileSync(join(folder, entry.name), 'utf8')))
    .sort();
}

/** Some small packages carry their licence in the last section of the README alone. */
function licenceInReadme(folder: string): string[] {
  const readme = join(folder, 'README.md');
  if (!existsSync(readme)) return [];
  const section = /^#+ *licen[cs]e\s*$(?<text>[^#]*)/im.exec(plain(readFileSync(readme, 'utf8')))?.groups?.text;
  return section?.includes('Copyright') && section.includes('Permission is hereby granted') ? [section.trim()] : [];
}

function plain(text: string): string {
  return text.replaceAll(/[ \t]*\r?\n/g, '\n').trim();
}

function problemsOf({ name, version, licence, texts }: Package): string[] {
  if (!isAllowed(licence))
    return [`${name} ${version}: its licence is ${licence}, which is not in the list of script/licenses.ts`];
  if (texts.length === 0) return [`${name} ${version}: it has no licence file, nor a licence in its README`];
  return [];
}

/** An SPDX expression such as `(MIT OR GPL-3.0-only)` leaves the choice; any other one must be allowed in all its parts. */
function isAllowed(expression: string): boolean {
  const choices = expression.replaceAll(/[()]/g, '').split(' OR ');
  if (!expression.includes(' AND ')) return choices.some(id => ALLOWED.has(id.trim()));
  return choices.flatMap(choice => choice.split(' AND ')).every(id => ALLOWED.has(id.trim()));
}
