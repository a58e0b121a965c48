import { isMap, isScalar, LineCounter, parseDocument, type Scalar, visit, type YAMLMap } from 'yaml';
import type { CommandSource, WrittenCommand } from './source.ts';

/** The `run` of steps. A job whose environment is production runs there; others are only warnings. */
export const workflows: CommandSource = {
  fits: path => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path),
  commands: text => {
    const lineCounter = new LineCounter();
    const document = parseDocument(text, { lineCounter });
    const commands: WrittenCommand[] = [];
    visit(document, {
      Pair: (_, pair, ancestors) => {
        if (!isScalar(pair.key) || pair.key.value !== 'run' || !isScalar(pair.value)) return;
        const owners = ancestors.filter(isMap);
        if (usesLocalDatabase(owners)) return;
        const first = lineCounter.linePos(pair.value.range?.[0] ?? 0).line;
        const offset = isBlock(pair.value) ? 1 : 0;
        const production = owners.some(owner => /prod|live/i.test(String(readEnvironmentName(owner))));
        for (const [index, line] of String(pair.value.value).split('\n').entries()) {
          commands.push({ text: line, line: first + offset + index, where: 'A step', production });
        }
      },
    });
    return commands;
  },
};

function isBlock(scalar: Scalar): boolean {
  return scalar.type === 'BLOCK_LITERAL' || scalar.type === 'BLOCK_FOLDED';
}

function readEnvironmentName(owner: YAMLMap): unknown {
  const environment = owner.get('environment');
  return isMap(environment) ? environment.get('name') : environment;
}

/** Whether the variables of a step, job or workflow name a test database on the same machine. */
function usesLocalDatabase(owners: YAMLMap[]): boolean {
  return owners.some(owner => {
    const variables = owner.get('env');
    return (
      isMap(variables) &&
      variables.items.some(({ value }) => /localhost|127\.0\.0\.1|@postgres[:/]/.test(String(value)))
    );
  });
}
