import { load, YAMLException } from 'js-yaml';

/**
 * The value of a YAML 1.2 document that uses only common features; undefined for any other text, with or without
 * faults. At start-up, js-yaml reads a contract of a thousand lines in a fifth of the time that `yaml` takes. Only
 * `yaml` knows every fault and the place of each value, so it is used only for those.
 */
export function toPlainValue(text: string): { value: unknown } | undefined {
  if (seldomUsed.test(text)) return undefined;
  try {
    return { value: load(text, { maxAliases: 0 }) };
  } catch (error) {
    if (error instanceof YAMLException || error instanceof RangeError) return undefined; // the stack is used up
    throw error;
  }
}

/**
 * Where the two parsers differ: tabs, lone returns, ends of documents, anchors, tags, keys that are not text.
 */
const seldomUsed = /[\t\ufeff]|\r(?!\n)|^(?:\.\.\.| +---)|(?:^|[\s,[{])(?:[&!?:~]|null:)/im;
