import { GateError } from '../core/errors.ts';
import { type Finding, found } from '../core/finding.ts';
import { isMapping } from '../core/is-mapping.ts';
import { suggestName } from '../core/nearest.ts';
import { largestFile } from './bounds.ts';
import { type ConfigDocument, type Path, parseConfigDocument } from './document.ts';
import { invalidValue, missingInclude, unknownKey } from './findings.ts';
import { getValue, listEntries } from './mapping.ts';

/** Reads a file, by its path from the root of the repository. Rejects with a reason that a person can read. */
export type ReadText = (path: string) => Promise<string>;

/** Bytes of all included files together. */
const largestIncludes = 4 * largestFile;

/** The sections that an included file may have. */
const sections = ['flows', 'shared'];

/**
 * Adds the flows and shared steps of the files in `smoke.include` to the document. They keep their places. Throws a
 * GateError with every fault of the files.
 */
export async function resolveIncludes(document: ConfigDocument, read: ReadText): Promise<ConfigDocument> {
  const paths = getValue(document.value, ['smoke', 'include']);
  if (!Array.isArray(paths) || paths.length === 0) return document;
  const findings: Finding[] = [];
  let size = 0;
  const included = await Promise.all(
    paths.map(async (path, index) => {
      try {
        const text = await read(String(path));
        size += text.length;
        if (size > largestIncludes)
          throw new Error(`the included files together are larger than ${largestIncludes} bytes`);
        return parseConfigDocument(text, String(path));
      } catch (error) {
        if (error instanceof GateError) findings.push(...error.findings);
        else {
          const message = `The gate could not read the file ${String(path)} of \`smoke.include\`: ${String(error instanceof Error ? error.message : error)}.`;
          findings.push(found(missingInclude, { message, place: document.placeOf(['smoke', 'include', index]) }));
        }
        return undefined;
      }
    }),
  );
  const documents = included.filter(each => each !== undefined);
  for (const each of documents) findings.push(...checkSections(each));
  const owners = new Map<string, ConfigDocument>();
  const smoke = { ...(getValue(document.value, ['smoke']) as object) };
  for (const section of sections) {
    const entries = new Map(listEntries(document.value, ['smoke', section]));
    for (const each of documents) {
      for (const [name, value] of listEntries(each.value, [section])) {
        if (entries.has(name)) {
          const first = owners.get(`${section}.${name}`)?.path ?? document.path;
          const message = `${each.path} has "${name}" under \`${section}\`, but ${first} has it too.`;
          findings.push(
            found(invalidValue, {
              message,
              help: 'Rename one of them.',
              place: each.placeOfKey([section, name]),
            }),
          );
          continue;
        }
        entries.set(name, value);
        owners.set(`${section}.${name}`, each);
      }
    }
    if (entries.size > 0) Reflect.set(smoke, section, Object.fromEntries(entries));
  }
  if (findings.length > 0) throw new GateError(findings);
  return mergeDocuments(document, smoke, owners);
}

function checkSections(document: ConfigDocument): Finding[] {
  if (!isMapping(document.value)) {
    const message = `${document.path} is included, but it is not a mapping with \`flows\` or \`shared\`.`;
    return [found(invalidValue, { message, place: document.placeOf([]) })];
  }
  return Object.keys(document.value)
    .filter(key => !sections.includes(key))
    .map(key =>
      found(unknownKey, {
        message: `${document.path} has the unknown key "${key}".`,
        help: suggestName(key, sections),
        place: document.placeOfKey([key]),
      }),
    );
}

/** A path into an included flow or step leads to the file that declares it. */
function mergeDocuments(
  document: ConfigDocument,
  smoke: object,
  owners: ReadonlyMap<string, ConfigDocument>,
): ConfigDocument {
  const findOwner = ([first, section, name]: Path) =>
    first === 'smoke' ? owners.get(`${section}.${name}`) : undefined;
  return {
    path: document.path,
    value: { ...(document.value as object), smoke },
    placeOf: path => findOwner(path)?.placeOf(path.slice(1)) ?? document.placeOf(path),
    placeOfKey: path => findOwner(path)?.placeOfKey(path.slice(1)) ?? document.placeOfKey(path),
  };
}
