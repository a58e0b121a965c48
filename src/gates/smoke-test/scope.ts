import { interpolate } from '../../config/interpolation.ts';
import { unescaped } from '../../config/variables.ts';

/** What the names of a flow stand for while it runs. */
export class Scope {
  readonly #values: Map<string, unknown>;

  constructor(known: ReadonlyMap<string, unknown>) {
    this.#values = new Map(known);
  }

  set(name: string, value: unknown): void {
    this.#values.set(name, value);
  }

  /** The value with each name in it replaced; a string that is one name takes that value's type. */
  value(template: unknown): unknown {
    return unescaped(interpolate(template, name => this.#values.get(name)));
  }

  text(template: string): string {
    const value = this.value(template);
    return typeof value === 'string' ? value : JSON.stringify(value);
  }

  texts(templates: Record<string, string>): Record<string, string> {
    return Object.fromEntries(Object.entries(templates).map(([key, template]) => [key, this.text(template)]));
  }
}
