import { isVariableName } from '../../../config/interpolation.ts';
import type { Configuration } from '../../../config/load.ts';
import { findForm } from '../../../config/schema/smoke/steps.ts';
import { isSecretKey } from '../../../config/secret-keys.ts';
import { readVariable } from '../../../config/variables.ts';
import type { GateContext } from '../../../core/context.ts';
import { GateError } from '../../../core/errors.ts';
import type { Finding } from '../../../core/finding.ts';
import type { Path, Step, Use } from './model.ts';
import { findUses } from './names.ts';

/** Collects the variables of the step's environment that a plan needs, and a finding for each variable that is not set. */
export class VariableReader {
  readonly values = new Map<string, string>();
  readonly #missing = new Map<string, Finding[]>();
  readonly #config: Configuration;
  readonly #context: GateContext;

  constructor(config: Configuration, context: GateContext) {
    this.#config = config;
    this.#context = context;
  }

  get findings(): Finding[] {
    return [...this.#missing.values()].flat();
  }

  readSteps(steps: Step[]): void {
    for (const step of steps) {
      this.#readAll(step.uses, step.label);
      for (const key of findForm(step.declared).variables ?? []) {
        const name: unknown = Reflect.get(step.declared, key);
        if (typeof name === 'string') this.#read(name, step.label, [...step.path, key]);
      }
      if (step.inner) this.readSteps([step.inner]);
      if (step.part) this.readSteps(step.part.steps);
    }
  }

  /** Reads the variables that a value uses. */
  readValue(value: unknown, purpose: string, path: Path): void {
    this.#readAll(findUses(value, path), purpose);
  }

  #readAll(uses: Use[], purpose: string): void {
    for (const { name, path } of uses) if (isVariableName(name)) this.#read(name, purpose, path);
  }

  #read(name: string, purpose: string, path: Path): void {
    const value = this.#context.variables[name];
    if (value && path.some(isSecretKey)) this.#context.redactor.add(value);
    if (this.values.has(name) || this.#missing.has(name)) return;
    try {
      this.values.set(name, readVariable(this.#context, name, { purpose, place: this.#config.placeOf(path) }));
    } catch (error) {
      if (!(error instanceof GateError)) throw error;
      this.#missing.set(name, error.findings);
    }
  }
}
