import { parseDocument, visit } from 'yaml';

/**
 * The text with every block scalar that holds an expression written in quotes instead, on as many lines as before.
 * @actions/workflow-parser reads such a scalar from its source, indentation and line ends included, for the sake of
 * positions in an editor (templates/template-reader.js); the runner folds and trims it first, as YAML says.
 */
export function withoutBlockScalars(text: string): string {
  const replacements: { from: number; to: number; by: string }[] = [];
  visit(parseDocument(text), {
    Scalar(_key, scalar) {
      const isBlock = scalar.type === 'BLOCK_FOLDED' || scalar.type === 'BLOCK_LITERAL';
      if (!isBlock || !scalar.range || typeof scalar.value !== 'string' || !scalar.value.includes('${{')) return;
      const [from, to] = scalar.range;
      const lines = text.slice(from, to).split('\n').length - 1;
      replacements.push({ from, to, by: JSON.stringify(scalar.value) + '\n'.repeat(lines) });
    },
  });
  return replacements.reduceRight((result, { from, to, by }) => result.slice(0, from) + by + result.slice(to), text);
}
