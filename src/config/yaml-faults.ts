import { type Document, isNode, isScalar, visit } from 'yaml';
import { formatError } from '../core/errors.ts';
import { tooDeep } from './bounds.ts';

/** Something wrong with a YAML file; the offset counts characters from its beginning. */
export interface YamlFault {
  message: string;
  offset: number;
}

/** A fault early in a file makes others of what follows; a person mends the first ones. */
const mostFaults = 10;

/** What keeps the document from having one clear value: errors, tags that no one knows, aliases that lead nowhere. */
export function findYamlFaults(document: Document): YamlFault[] {
  const faults = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    message: inOurWords[code] ?? message,
    offset: pos[0],
  }));
  return keepFirstOfEachPlace(faults.length > 0 ? faults : findFaultsOfNodes(document));
}

function findFaultsOfNodes(document: Document): YamlFault[] {
  try {
    const faults = [...faultsOfKeys(document), ...faultsOfAliases(document)];
    return faults.length > 0 ? faults : faultsOfSize(document);
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

/** Each key is one text, once. As a text, a key that is a mapping grows with every level of it. */
function faultsOfKeys(document: Document): YamlFault[] {
  const faults: YamlFault[] = [];
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<string>();
      for (const { key } of items) {
        const offset = isNode(key) ? (key.range?.[0] ?? 0) : 0;
        if (!isScalar(key)) {
          faults.push({ message: 'A key is a list, a mapping or an alias, and has to be a text', offset });
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

const inOurWords: Partial<Record<string, string>> = {
  MULTIPLE_DOCS: 'It holds more than one document, and only one is read; take out what begins with ---',
  RESOURCE_EXHAUSTION: tooDeep,
};

function faultsOfAliases(document: Document): YamlFault[] {
  if (countAliases(document) > mostAliases) return [tooManyAliases]; // to resolve one takes a walk through the document
  const faults: YamlFault[] = [];
  visit(document, {
    Alias(_, alias, path) {
      const offset = alias.range?.[0] ?? 0;
      const target = alias.resolve(document);
      if (!target) faults.push({ message: `The alias *${alias.source} stands for no anchor above it`, offset });
      else if (path.includes(target)) faults.push({ message: `The alias *${alias.source} holds itself`, offset });
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

function faultsOfSize(document: Document): YamlFault[] {
  try {
    document.toJS({ maxAliasCount: mostAliases });
    return [];
  } catch (error) {
    if (error instanceof ReferenceError) return [tooManyAliases];
    return [{ message: formatError(error), offset: 0 }];
  }
}
