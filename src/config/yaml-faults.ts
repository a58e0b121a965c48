import { type Document, isNode, isScalar, visit } from 'yaml';
import { formatError } from '../core/errors.ts';
import { tooDeep } from './bounds.ts';

/** A fault of a YAML file. The offset counts characters from the start of the file. */
export interface YamlFault {
  message: string;
  offset: number;
}

/** One fault causes others further down, and a person fixes the first ones. */
const mostFaults = 10;

/** Finds what keeps the document from having one clear value: errors, unknown tags, aliases without an anchor. */
export function findYamlFaults(document: Document): YamlFault[] {
  const faults = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    message: clearMessages[code] ?? message,
    offset: pos[0],
  }));
  return keepFirstOfEachPlace(faults.length > 0 ? faults : findNodeFaults(document));
}

function findNodeFaults(document: Document): YamlFault[] {
  try {
    const faults = [...findKeyFaults(document), ...findAliasFaults(document)];
    return faults.length > 0 ? faults : findSizeFaults(document);
  } catch (error) {
    if (error instanceof RangeError) return [{ message: tooDeep, offset: 0 }]; // `yaml` visits nodes recursively
    throw error;
  }
}

function keepFirstOfEachPlace(faults: YamlFault[]): YamlFault[] {
  const first = new Map<number, YamlFault>();
  for (const fault of faults) {
    if (first.size === mostFaults) break;
    if (!first.has(fault.offset)) first.set(fault.offset, fault);
  }
  return [...first.values()];
}

/** Each key must be a text and unique. The text of a key that is a mapping would grow with every level of it. */
function findKeyFaults(document: Document): YamlFault[] {
  const faults: YamlFault[] = [];
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        const offset = isNode(key) ? (key.range?.[0] ?? 0) : 0;
        if (!isScalar(key)) {
          faults.push({ message: 'A key is a list, a mapping or an alias, but must be a text', offset });
          continue;
        }
        const name = String(key.value);
        if (seen.has(name)) faults.push({ message: `Keys must be unique, and "${name}" is used twice`, offset });
        seen.add(name);
      }
      return faults.length > mostFaults ? visit.BREAK : undefined;
    },
  });
  return faults;
}

const clearMessages: Partial<Record<string, string>> = {
  MULTIPLE_DOCS: 'It has more than one document, but the gate reads only one. Remove the line --- and what follows',
  RESOURCE_EXHAUSTION: tooDeep,
};

function findAliasFaults(document: Document): YamlFault[] {
  if (countAliases(document) > mostAliases) return [tooManyAliases]; // each one is resolved by a walk through the document
  const faults: YamlFault[] = [];
  visit(document, {
    Alias(_key, alias, path) {
      const offset = alias.range?.[0] ?? 0;
      const target = alias.resolve(document);
      if (!target) faults.push({ message: `The alias *${alias.source} has no anchor above it`, offset });
      else if (path.includes(target)) faults.push({ message: `The alias *${alias.source} contains itself`, offset });
      return undefined;
    },
  });
  return faults;
}

function countAliases(document: Document): number {
  let count = 0;
  visit(document, {
    Alias() {
      count++;
    },
  });
  return count;
}

/** Aliases of aliases grow without bounds from a few lines. */
const mostAliases = 100;
const tooManyAliases: YamlFault = { message: 'Its aliases are used too often', offset: 0 };

function findSizeFaults(document: Document): YamlFault[] {
  try {
    document.toJS({ maxAliasCount: mostAliases });
    return [];
  } catch (error) {
    if (error instanceof ReferenceError) return [tooManyAliases];
    return [{ message: formatError(error), offset: 0 }];
  }
}
