import { type Check, concludeFrom } from '../../../core/check.ts';
import { type Finding, type FindingKind, found, type Place } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import type { Declaration } from '../options.ts';
import { forbiddenVariable } from '../rules/forbidden.ts';
import { findPublicSecretName } from '../rules/public-prefix.ts';
import { isPublic } from '../secrecy.ts';
import { isGiven } from './known-names.ts';
import { findReads, type Read } from './reads.ts';
import { getExtension, nothingFoundIn, type Walk, walkFiles } from './walk.ts';

export const undeclaredVariable: FindingKind = {
  code: 'env/undeclared-variable',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The code reads a variable that the contract does not declare, so no gate notices when it is missing.',
  cause: 'A change to the code added the variable, but the contract was not updated.',
  help: 'Declare it under `env`, or list it under `sources.<service>.ignore`.',
};

export const unusedVariable: FindingKind = {
  code: 'env/unused-variable',
  severity: 'notice',
  boundary: 'delivery',
  meaning: 'The contract declares a variable that the code never mentions.',
  cause: 'The code that needed it was removed, or a library reads it.',
  help: 'Remove it from the contract. If a library reads it, list it under `sources.<service>.ignore`.',
};

const extensions = new Set(['js', 'mjs', 'cjs', 'jsx', 'ts', 'mts', 'cts', 'tsx', 'vue', 'svelte', 'astro', 'prisma']);
const builtFolders = new Set(
  'node_modules .git .next .nuxt .output .svelte-kit .turbo .vercel .cache dist build out coverage vendor __tests__ __mocks__'.split(
    ' ',
  ),
);

/** Bytes; larger files are not written by hand. */
const largestSource = 2 * 1024 * 1024;

/** How many names a sentence lists. */
const mostNames = 20;

export interface CodeCheck {
  service: string;
  workspace: string;
  paths: string[];
  declarations: Declaration[];
  /** Variables that may be read but not declared, or declared but not read. */
  ignore: ReadonlySet<string>;
  /** Variables that the contract keeps out of this service. */
  forbidden: ReadonlySet<string>;
  /** Whether another check has judged the value of a variable, so that its name needs no judgement here. */
  isJudged(variable: string): boolean;
}

/** Compares the variables that the code of a service reads with those the contract declares, both ways. */
export function checkCode(options: CodeCheck): Check {
  return {
    name: `${options.service}: code`,
    boundary: 'delivery',
    run: async signal => {
      const { places, mentioned, files } = await search(options, signal);
      if (files === 0) throw nothingFoundIn(options.paths, 'JavaScript, TypeScript or Prisma code');
      const findings = [...judgeReads(options, places), ...reportUnused(options, mentioned)];
      return concludeFrom(findings, `${pluralize(places.size, 'variable')} read in ${pluralize(files, 'file')}`);
    },
  };
}

type Places = Map<string, { place: Place; count: number; optional: boolean }>;

async function search(
  { workspace, paths, declarations }: CodeCheck,
  signal: AbortSignal,
): Promise<{ places: Places; mentioned: Set<string>; files: number }> {
  const places: Places = new Map();
  const unmentioned = new Set(declarations.map(({ variable }) => variable));
  const mentioned = new Set<string>();
  let files = 0;
  for await (const { path, text } of walkFiles(selectSourceCode(workspace, paths, signal))) {
    files += 1;
    for (const read of findReads(text)) notePlace(places, read, path, text);
    for (const name of unmentioned) {
      if (!text.includes(name)) continue;
      mentioned.add(name);
      unmentioned.delete(name);
    }
  }
  return { places, mentioned, files };
}

/** The source files below the paths, without build output, installed packages and tests. */
export function selectSourceCode(workspace: string, paths: string[], signal: AbortSignal): Walk {
  return { workspace, paths, skip: builtFolders, wanted: isSource, largest: largestSource, signal };
}

function isSource(name: string): boolean {
  return extensions.has(getExtension(name)) && !/\.(test|spec|d|stories|config\.test)\.\w+$/.test(name);
}

function notePlace(places: Places, { name, index, optional }: Read, path: string, text: string): void {
  const known = places.get(name);
  // Prefer to show a place that fails without the variable.
  if (known && (!known.optional || optional)) known.count += 1;
  else places.set(name, { place: findPlace(text, index, path), count: (known?.count ?? 0) + 1, optional });
}

export function findPlace(text: string, index: number, path: string): Place {
  const before = text.slice(0, index);
  return { path, line: before.split('\n').length, column: index - before.lastIndexOf('\n') };
}

function judgeReads({ service, declarations, ignore, forbidden, isJudged }: CodeCheck, places: Places): Finding[] {
  const declared = new Set(declarations.map(({ variable }) => variable));
  const publicly = new Set(declarations.filter(({ declared }) => isPublic(declared)).map(({ variable }) => variable));
  return [...places].flatMap(([name, { place, count, optional }]) => {
    const more = count > 1 ? ` (and ${pluralize(count - 1, 'more place')})` : '';
    if (forbidden.has(name)) {
      const message = `The code of ${service} reads ${name}${more}, which the contract keeps out of ${service}.`;
      return [found(forbiddenVariable, { message, place })];
    }
    if (!ignore.has(name) && !isJudged(name) && !publicly.has(name)) {
      const leak = findPublicSecretName({ variable: name, name: `${service}.${name}`, where: { place } });
      if (leak.length > 0) return leak;
    }
    if (declared.has(name) || ignore.has(name) || isGiven(name)) return [];
    const goesOn = optional ? ' but works without it' : '';
    const message = `The code of ${service} reads ${name}${goesOn}${more}. The contract does not declare it.`;
    const help = `Declare it under \`env.${service}\`${optional ? ' with `required: false`' : ''}, or list it under \`sources.${service}.ignore\`.`;
    return [found(undeclaredVariable, { message, help, place, ...(optional && { severity: 'notice' }) })];
  });
}

function reportUnused({ service, declarations, ignore }: CodeCheck, mentioned: Set<string>): Finding[] {
  const unused = declarations.filter(
    ({ variable }) => !mentioned.has(variable) && !ignore.has(variable) && !isGiven(variable),
  );
  if (unused.length === 0) return [];
  const shown = unused.slice(0, mostNames).map(({ variable }) => variable);
  const more = unused.length > mostNames ? ` and ${unused.length - mostNames} more` : '';
  const place = unused[0]?.place;
  const help = unusedVariable.help.replace('<service>', service);
  const message = `The code of ${service} never mentions ${shown.join(', ')}${more}.`;
  return [found(unusedVariable, { message, help, ...(place && { place }) })];
}
