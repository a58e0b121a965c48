import { unknownName } from '../../config/findings.ts';
import {
  hasPlaceholderAnywhere,
  interpolate,
  isVariableName,
  listNamesAnywhere,
  unescapeText,
} from '../../config/interpolation.ts';
import { unescapeValue } from '../../config/variables.ts';
import { GateError } from '../../core/errors.ts';
import { found } from '../../core/finding.ts';
import { fillPath } from './captures/fill-path.ts';

/** The values of the names in a flow while it runs. */
export class Scope {
  /** The captured values, by name. */
  readonly captured = new Map<string, unknown>();
  readonly #known: ReadonlyMap<string, unknown>;
  readonly #parent: Scope | undefined;
  readonly #prefix: string;

  constructor(known: ReadonlyMap<string, unknown>, parent?: Scope, prefix = '') {
    this.#known = known;
    this.#parent = parent;
    this.#prefix = prefix;
  }

  /** A scope with these names as well. Values captured in it go to this scope. */
  with(values: ReadonlyMap<string, unknown>): Scope {
    return new Scope(values, this);
  }

  /** The scope of a named user: what it captures has the name of the user before it, and is found first. */
  forUser(user: string): Scope {
    return new Scope(new Map(), this, `${user}.`);
  }

  set(name: string, value: unknown): void {
    if (this.#parent) this.#parent.set(`${this.#prefix}${name}`, value);
    else this.captured.set(name, value);
  }

  /**
   * Replaces each name in the template with its value, in the keys of mappings as well. A string that is only a name
   * takes the type of the value. Throws a GateError for a name without a value, whose step was skipped.
   */
  resolve(template: unknown): unknown {
    if (typeof template === 'string') {
      if (!template.includes('${')) return template;
      return unescapeValue(interpolate(template, name => this.#find(name)));
    }
    if (template === null || typeof template !== 'object' || !hasPlaceholderAnywhere(template)) return template;
    if (Array.isArray(template)) return template.map(item => this.resolve(item));
    return Object.fromEntries(
      Object.entries(template).map(([key, item]) => [this.resolveText(key), this.resolve(item)]),
    );
  }

  resolveText(template: string): string {
    return formatValue(this.resolve(template));
  }

  /** Parameters or form fields in their order, with a pair for each item of a list. */
  resolveFields(templates: Record<string, unknown>): [name: string, value: string][] {
    return Object.entries(templates).flatMap(([name, template]) =>
      [this.resolve(template)].flat().map((value): [string, string] => [this.resolveText(name), formatValue(value)]),
    );
  }

  resolveTexts(templates: Record<string, unknown>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(templates).map(([key, template]) => [
        this.resolveText(key),
        typeof template === 'string' ? this.resolveText(template) : JSON.stringify(template),
      ]),
    );
  }

  /** Replaces each name in a JSON path with its value as data. */
  resolvePath(path: string): string {
    return fillPath(path, name => this.#find(name));
  }

  /** Replaces each name in a regular expression with its value as text, so that no value becomes syntax of it. */
  resolvePattern(pattern: string): string {
    if (!pattern.includes('${')) return pattern;
    const replaced = interpolate(pattern, name => RegExp.escape(formatValue(this.#find(name))));
    return unescapeText(String(replaced));
  }

  /** Whether every name in the template has a value. */
  knows(template: unknown): boolean {
    return listNamesAnywhere(template).every(name => this.#get(name.trim()).known);
  }

  #find(name: string): unknown {
    const { known, value } = this.#get(name);
    if (known) return value;
    const message = isVariableName(name)
      ? `A captured value contains \${${name}}. The gate does not read variables that captured values name.`
      : `\${${name}} has no value because the step that captures it was skipped.`;
    throw new GateError([found(unknownName, { message, help: 'Give the step that uses it the same `if`.' })]);
  }

  #get(name: string): { known: boolean; value?: unknown } {
    if (this.captured.has(name)) return { known: true, value: this.captured.get(name) };
    if (this.#known.has(name)) return { known: true, value: this.#known.get(name) };
    if (this.#parent === undefined) return { known: false };
    const own = this.#prefix === '' ? { known: false } : this.#parent.#get(`${this.#prefix}${name}`);
    return own.known ? own : this.#parent.#get(name);
  }
}

function formatValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
