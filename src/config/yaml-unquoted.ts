import type { YamlFault } from './yaml-faults.ts';

/** A value between braces without quotes, with a `${name}` or a position such as `[0]` in it. */
const unquoted =
  /[{,]\s*[\w.-]+:\s+(?<value>(?!["'[{])[^\s"',{}[\]]*(?:(?:\$\{[^}\n]*\}|\[[^\]\n]+\])[^\s"',{}[\]]*)+)/d;

/**
 * If the first fault is on a line with such a value, only that: in YAML, braces and brackets end the value, and
 * everything after it goes wrong.
 */
export function explainUnquoted(faults: YamlFault[], text: string): YamlFault[] {
  const [first] = faults;
  if (first === undefined) return faults;
  const start = text.lastIndexOf('\n', Math.max(0, first.offset - 1)) + 1;
  const end = text.indexOf('\n', first.offset);
  const match = unquoted.exec(text.slice(start, end < 0 ? text.length : end));
  const value = match?.groups?.value;
  const at = match?.indices?.groups?.value?.[0];
  if (value === undefined || at === undefined) return faults;
  return [{ message: `${value} contains braces or brackets, so put it in quotes: "${value}"`, offset: start + at }];
}
