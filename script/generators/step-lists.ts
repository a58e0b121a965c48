import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const schemas = 'src/config/schema/smoke/steps';
const runners = 'src/gates/smoke-test/steps';

/**
 * The list of smoke steps in each of their two folders, so that a new step is two new files: its schema, and what runs
 * it.
 */
export function stepLists(root: string): [path: string, text: string][] {
  const kinds = listKinds(join(root, schemas));
  const strangers = listKinds(join(root, runners)).filter(kind => !kinds.includes(kind));
  if (strangers.length > 0) throw new Error(`${runners} has ${strangers.join(', ')} without a schema in ${schemas}`);
  return [
    [`${schemas}/index.ts`, listSchemas(kinds)],
    [`${runners}/index.ts`, listRunners(kinds)],
  ];
}

function listKinds(folder: string): string[] {
  return readdirSync(folder)
    .map(file => file.replace(/\.ts$/, ''))
    .filter(kind => kind !== 'index')
    .sort();
}

function listSchemas(kinds: string[]): string {
  const imports = kinds.map(kind => `import * as ${camelCase(kind)} from './${kind}.ts';`);
  const entries = kinds.map(kind => `  ${kind === camelCase(kind) ? kind : `'${kind}': ${camelCase(kind)}`},`);
  return lines(
    ...imports,
    '',
    '/** The schema and the form of every step. Made by script/generate from the files of this folder. */',
    'export const kinds = {',
    ...entries,
    '};',
  );
}

function listRunners(kinds: string[]): string {
  return lines(
    "import type { StepKind } from '../../../config/schema/smoke/steps.ts';",
    "import type { StepRunner } from '../step-runner.ts';",
    '',
    '/**',
    ' * What runs each step, loaded only by flows that have such a step. Made by script/generate from the files of this',
    ' * folder.',
    ' */',
    'export const runners: Record<StepKind, () => Promise<StepRunner>> = {',
    ...kinds.map(kind => `  ${kind === camelCase(kind) ? kind : `'${kind}'`}: () => import('./${kind}.ts'),`),
    '};',
  );
}

function camelCase(kind: string): string {
  return kind.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function lines(...texts: string[]): string {
  return `${texts.join('\n')}\n`;
}
