import { parse } from 'yaml';

interface Metadata {
  inputs?: Record<string, { description: string; required?: boolean; default?: string }>;
  outputs?: Record<string, { description: string }>;
}

/** The README with the tables of the action's inputs and outputs between their markers. */
export function actionTables(readme: string, actionYml: string, path: string): string {
  const { inputs = {}, outputs = {} }: Metadata = parse(actionYml);
  const inputRows = Object.entries(inputs).map(([name, input]) => [
    `\`${name}\``,
    cell(input.description),
    input.required ? 'required' : input.default === undefined ? '' : `\`${cell(input.default)}\``,
  ]);
  const outputRows = Object.entries(outputs).map(([name, output]) => [`\`${name}\``, cell(output.description)]);
  const withInputs = between(readme, 'inputs', table(['Input', 'What it decides', 'Default'], inputRows), path);
  return between(withInputs, 'outputs', table(['Output', 'What it holds'], outputRows), path);
}

function between(text: string, marker: string, content: string, path: string): string {
  const [start, end] = [`<!-- ${marker} -->`, `<!-- /${marker} -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} lacks the markers ${start} and ${end}`);
  return `${text.slice(0, from + start.length)}\n${content}\n${text.slice(to)}`;
}

function table(header: string[], rows: string[][]): string {
  return [header, header.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');
}

function cell(text: string): string {
  return text.trim().replace(/\s+/g, ' ').replaceAll('|', '\\|');
}
