import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accountJsonSchema } from './generators/account-schema.ts';
import { actionTables } from './generators/action-tables.ts';
import { configurationReference } from './generators/configuration-reference.ts';
import { findingsReference } from './generators/findings-reference.ts';
import { jsonSchema } from './generators/json-schema.ts';
import { shareDefinitions } from './generators/share-definitions.ts';
import { stepLists } from './generators/step-lists.ts';
import { typeList } from './generators/type-list.ts';
import { vercelCli } from './generators/vercel-cli.ts';
import { windowsZones } from './generators/windows-zones.ts';

/** Writes every generated file; with --check, only names those that are out of date. */
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const check = process.argv.includes('--check');

const lists: [string, string][] = [
  ...stepLists(root),
  typeList(),
  ['src/gates/preflight/window/calendar/windows-zones.ts', windowsZones()],
];
if (!check) for (const [path, text] of lists) writeFileSync(join(root, path), text); // the schema is made from them
const schema = await jsonSchema();
const files = new Map<string, string>([
  ...lists,
  ['release-gates.schema.json', `${JSON.stringify(shareDefinitions(schema), null, 2)}\n`],
  ['docs/configuration.md', configurationReference(schema)],
  ['docs/release-account.schema.json', accountJsonSchema()],
  ['docs/findings.md', await findingsReference(join(root, 'src'))],
  ['src/platforms/vercel/cli-version.ts', vercelCli(readText('package.json'))],
]);
const folders = readdirSync(join(root, 'actions')).map(name => `actions/${name}`);
for (const folder of folders) {
  const readme = `${folder}/README.md`;
  if (!existsSync(join(root, readme))) continue;
  files.set(readme, actionTables(readText(readme), readText(`${folder}/action.yml`), readme));
}
files.set('README.md', actionTables(readText('README.md'), readText('action.yml'), 'README.md'));

const stale = [...files].filter(([path, text]) => !existsSync(join(root, path)) || readText(path) !== text);
for (const [path, text] of stale) {
  if (check) process.stdout.write(`${path} is out of date: run script/generate and commit it.\n`);
  else {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
process.exitCode = check && stale.length > 0 ? 1 : 0;

function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
