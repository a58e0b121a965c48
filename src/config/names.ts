import { type Finding, found } from '../core/finding.ts';
import { isMapping } from '../core/is-mapping.ts';
import { suggestName } from '../core/nearest.ts';
import type { ConfigDocument, Path } from './document.ts';
import { unknownName } from './findings.ts';
import { hasPlaceholderAnywhere, interpolate, isVariableName } from './interpolation.ts';
import { formatPath, mostFindings } from './issues.ts';
import { listEntries } from './mapping.ts';

/** Replaces the names that are known when the file is read, and reports names that nothing defines. */
export class Names {
  readonly findings: Finding[] = [];
  readonly #document: ConfigDocument;
  readonly #values: Map<string, unknown>;

  /**
   * `given` are the names that every file has. The values of the environment may use them and the values above them.
   */
  constructor(document: ConfigDocument, environment: Path, given: Record<string, string>) {
    this.#document = document;
    this.#values = new Map(Object.entries(given));
    for (const [name, value] of listEntries(document.value, environment)) {
      const resolved = this.#resolveAll(value, [...environment, name]);
      if (!Object.hasOwn(given, name)) this.#values.set(name, resolved);
    }
  }

  /** The whole file with its names replaced, except under `environments`, of which only one was chosen. */
  interpolate(): unknown {
    const { value } = this.#document;
    if (!isMapping(value)) return this.#resolveAll(value, []);
    const resolved = listEntries(value).map(([key, item]) => [
      key,
      key === 'environments' ? item : this.#resolveAll(item, [key]),
    ]);
    return Object.fromEntries(resolved);
  }

  #resolveAll(value: unknown, path: Path): unknown {
    if (!hasPlaceholderAnywhere(value)) return value; // most of a file
    if (typeof value === 'string') return interpolate(value, name => this.#resolve(name, path));
    if (Array.isArray(value)) return value.map((item, index) => this.#resolveAll(item, [...path, index]));
    if (!isMapping(value)) return value;
    const resolved = listEntries(value).map(([key, item]) => [
      String(interpolate(key, name => this.#resolve(name, [...path, key]))),
      this.#resolveAll(item, [...path, key]),
    ]);
    return Object.fromEntries(resolved);
  }

  #resolve(name: string, path: Path): unknown {
    const value = this.#values.get(name);
    if (value !== undefined || isVariableName(name) || isOfFlow(path)) return value;
    if (this.findings.length >= mostFindings) return undefined;
    this.findings.push(
      found(unknownName, {
        message: `${formatPath(path)} uses \${${name}}, which is not defined.`,
        help: suggestName(name, this.#values.keys()),
        place: this.#document.placeOf(path),
      }),
    );
    return undefined;
  }
}

/** A flow has its own names (captures, generated values), which its gate resolves. */
function isOfFlow([section, part]: Path): boolean {
  return section === 'smoke' && (part === 'flows' || part === 'shared');
}
