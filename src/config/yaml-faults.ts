import { type Document, visit } from 'yaml';
import { formatError } from '../core/errors.ts';

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
  const found = faults.length > 0 ? faults : [...findAliasFaults(document), ...findSizeFaults(document)];
  return found
    .filter(({ offset }, index) => found.findIndex(other => other.offset === offset) === index)
    .slice(0, mostFaults);
}

const inOurWords: Partial<Record<string, string>> = {
  MULTIPLE_DOCS: 'It holds more than one document, and only one is read; take out what begins with ---',
  RESOURCE_EXHAUSTION: 'It is nested too deeply',
};

function findAliasFaults(document: Document): YamlFault[] {
  const faults: YamlFault[] = [];
  let aliases = 0;
  visit(document, {
    Alias(_, alias, path) {
      const offset = alias.range?.[0] ?? 0;
      if (++aliases > mostAliases) return visit.BREAK;
      const target = alias.resolve(document);
      if (!target) faults.push({ message: `The alias *${alias.source} stands for no anchor above it`, offset });
      else if (path.includes(target)) faults.push({ message: `The alias *${alias.source} holds itself`, offset });
      return undefined;
    },
  });
  return faults;
}

/** Aliases of aliases grow without bounds from a few lines. */
const mostAliases = 100;

function findSizeFaults(document: Document): YamlFault[] {
  try {
    document.toJS({ maxAliasCount: mostAliases });
    return [];
  } catch (error) {
    if (error instanceof ReferenceError) return [{ message: 'Its aliases are used too often', offset: 0 }];
    return [{ message: formatError(error), offset: 0 }];
  }
}
