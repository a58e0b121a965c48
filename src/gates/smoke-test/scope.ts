import { unknownName } from '../../config/findings.ts';
import { hasPlaceholder, interpolate, isVariableName, listNames } from '../../config/interpolation.ts';
import { unescapeValue } from '../../config/variables.ts';
import { GateError } from '../../core/errors.ts';
import { found } from '../../core/finding.ts';

/** What the names of a flow stand for while it runs. */
export class Scope {
  /** What was captured, by name. */
  readonly captured = new Map<string, unknown>();
  readonly #known: ReadonlyMap<string, unknown>;
  readonly #parent: Scope | undefined;

  constructor(known: ReadonlyMap<string, unknown>, parent?: Scope) {
    this.#known = known;
    this.#parent = parent;
  }

  /** The same names and these; what is captured in it stays when it is gone. */
  with(values: ReadonlyMap<string, unknown>): Scope {
    return new Scope(values, this);
  }

  set(name: string, value: unknown): void {
    if (this.#parent) this.#parent.set(name, value);
    else this.captured.set(name, value);
  }

  /**
   * The value with each name in it replaced; a string that is one name takes that value's type. Throws a GateError for
   * a name without a value: the step that captures it was left out.
   */
  value(template: unknown): unknown {
    if (!hasPlaceholder(template)) return template;
    return unescapeValue(interpolate(template, name => this.#find(name)));
  }

  text(template: string): string {
    const value = this.value(template);
    return typeof value === 'string' ? value : JSON.stringify(value);
  }

  texts(templates: Record<string, unknown>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(templates).map(([key, template]) => [
        key,
        typeof template === 'string' ? this.text(template) : JSON.stringify(template),
      ]),
    );
  }

  /** Whether every name in the value has one. */
  knows(template: unknown): boolean {
    return listNames(template).every(name => this.#get(name.trim()).known);
  }

  #find(name: string): unknown {
    const { known, value } = this.#get(name);
    if (known) return value;
    const message = isVariableName(name)
      ? `The variable ${name} came with a value that was captured, and is not read.`
      : `\${${name}} has no value, since the step that captures it was left out.`;
    throw new GateError([found(unknownName, { message, help: 'Give the step that uses it the same `if`.' })]);
  }

  #get(name: string): { known: boolean; value?: unknown } {
    if (this.captured.has(name)) return { known: true, value: this.captured.get(name) };
    if (this.#known.has(name)) return { known: true, value: this.#known.get(name) };
    return this.#parent ? this.#parent.#get(name) : { known: false };
  }
}
