import type { Path, Step } from './model.ts';

/** What a captured value must never become a part of, since who sent it could then do as they like. */
const codes = {
  run: {
    noun: 'command',
    help: (name: string) => {
      const variable = name.toUpperCase().replace(/\W/g, '_');
      return `Pass it beside the command: \`env: { ${variable}: "\${${name}}" }\`, and write "$${variable}". A variable of the command itself is written $${name}.`;
    },
  },
  sql: {
    noun: 'statement',
    help: (name: string) => `Pass it beside the statement: \`values: ["\${${name}}"]\`, and write $1.`,
  },
};

/** Whether this place of a step is code; what messages call it, and how a value reaches it instead. */
export function codeAt(step: Step, path: Path): (typeof codes)['run' | 'sql'] | undefined {
  const owner = [step, step.inner].find(each => each?.path.length === path.length - 1);
  if (owner === undefined) return undefined;
  const key = path.at(-1);
  return (key === 'run' || key === 'sql') && Object.hasOwn(owner.declared, key) ? codes[key] : undefined;
}
