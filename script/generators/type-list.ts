import { variableSchema } from '../../src/config/schema/variables/types.ts';

const folder = 'src/gates/validate-env/types';

/** The list of environment types, so that a new type is its schema and one new file. */
export function typeList(): [path: string, text: string] {
  const names = variableSchema.options
    .flatMap(option => [...(option._zod.propValues.type ?? [])])
    .filter(name => typeof name === 'string')
    .sort();
  const text = [
    "import type { VariableOf, VariableType } from '../../../config/schema/variables.ts';",
    ...names.map(name => `import { ${camelCase(name)} } from './${name}.ts';`),
    "import type { EnvironmentType } from './environment-type.ts';",
    '',
    '/** Every type of the contract. Made by script/generate from the schema of the variables. */',
    'export const types: { [Type in VariableType]: EnvironmentType<VariableOf<Type>> } = {',
    ...names.map(name => `  ${name === camelCase(name) ? name : `'${name}': ${camelCase(name)}`},`),
    '};',
  ];
  return [`${folder}/list.ts`, `${sortImports(text).join('\n')}\n`];
}

/** As the formatter has them: the file of `environment-type` stands among the others. */
function sortImports(lines: string[]): string[] {
  const imports = lines.filter(line => line.includes(" from './"));
  const [first = '', ...rest] = lines.filter(line => !imports.includes(line));
  const path = (line: string) => line.slice(line.indexOf("'./"));
  return [first, ...imports.sort((a, b) => (path(a) < path(b) ? -1 : 1)), ...rest];
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
