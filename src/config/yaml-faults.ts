import { type Document, visit } from 'yaml';
import { formatError } from '../core/errors.ts';

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
  const found = faults.length > 0 ? faults : [...findAliasFaults(document), ...findSizeFaults(document)];
  return found
    .filter(({ offset }, index) => found.findIndex(other => other.offset === offset) === index)
    .slice(0, mostFaults);
}

const clearMessages: Partial<Record<string, string>> = {
  MULTIPLE_DOCS: 'It has more than one document, but the gate reads only one. Remove the line --- and what follows',
  RESOURCE_EXHAUSTION: 'It is nested too deeply',
};

function findAliasFaults(document: Document): YamlFault[] {
  const faults: YamlFault[] = [];
  let aliases = 0;
  visit(document, {
    Alias(_key, alias, path) {
      const offset = alias.range?.[0] ?? 0;
      if (++aliases > mostAliases) return visit.BREAK;
      const target = alias.resolve(document);
      if (!target) faults.push({ message: `The alias *${alias.source} has no anchor above it`, offset });
      else if (path.includes(target)) faults.push({ message: `The alias *${alias.source} contains itself`, offset });
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
