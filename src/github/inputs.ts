import { getInput, getMultilineInput } from '@actions/core';
import { invalidInput } from '../config/findings.ts';
import { parseDuration } from '../core/duration.ts';
import { explainError, GateError } from '../core/errors.ts';
import { type Finding, type FindingKind, found } from '../core/finding.ts';
import { parseFlag } from '../core/flag.ts';

export const inputIgnored: FindingKind = {
  code: 'config/input-ignored',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'An input that decides nothing essential has a value that the gate cannot take, so its default counts.',
  cause: 'A typing error, or a duration without its unit.',
  help: 'Correct the input in the workflow.',
};

/** The typed inputs of the action. Defaults come from action.yml; an input without a default or value is empty. */
export interface Inputs {
  text(name: string): string;
  /** Items separated by commas or lines. */
  list(name: string): string[];
  flag(name: string): boolean;
  /** Milliseconds of a duration such as `30s`; undefined when empty. */
  duration(name: string): number | undefined;
  /** A whole number; undefined when empty. */
  integer(name: string): number | undefined;
}

/**
 * Reads the variables that the runner sets for `with:`. Each method throws a GateError for a value that is not valid.
 */
export const actionInputs: Inputs = {
  text: name => getInput(name),
  list: name =>
    getMultilineInput(name)
      .flatMap(line => line.split(','))
      .map(item => item.trim())
      .filter(item => item !== ''),
  flag: name => {
    const text = getInput(name);
    if (text === '') return false;
    const isOn = parseFlag(text);
    if (isOn === undefined) throw rejectInput(name, 'true or false');
    return isOn;
  },
  duration: name => {
    const text = getInput(name);
    if (text === '') return undefined;
    const ms = parseDuration(text);
    if (ms === undefined) throw rejectInput(name, 'a duration with its unit, such as 200ms, 30s or 5m');
    return ms;
  },
  integer: name => {
    const text = getInput(name);
    if (text === '') return undefined;
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text))) throw rejectInput(name, 'a whole number');
    return Number(text);
  },
};

/** Reads inputs that must not stop the gate: if one cannot be taken, its default counts, and a finding says so. */
export class SideInputs {
  readonly ignored: Finding[] = [];
  readonly #inputs: Inputs;

  constructor(inputs: Inputs) {
    this.#inputs = inputs;
  }

  flag(name: string, fallback: boolean): boolean {
    if (this.#inputs.text(name) === '') return fallback;
    return this.#read(() => this.#inputs.flag(name), fallback, `${fallback}`);
  }

  /** One of the choices, of which the first is the default. */
  choice<Choice extends string>(name: string, choices: readonly [Choice, ...Choice[]]): Choice {
    const text = this.#inputs.text(name);
    const read = () => {
      const choice = choices.find(known => known === (text || choices[0]));
      if (choice === undefined) throw rejectInput(name, choices.join(' or '));
      return choice;
    };
    return this.#read(read, choices[0], choices[0]);
  }

  duration(name: string): number | undefined {
    return this.#read(() => this.#inputs.duration(name), undefined, 'none');
  }

  #read<Value>(read: () => Value, fallback: Value, shown: string): Value {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof GateError)) throw error;
      const message = `${explainError(error)} The gate ignores it and uses the default: ${shown}.`;
      this.ignored.push(found(inputIgnored, { message, help: error.findings[0]?.help ?? inputIgnored.help }));
      return fallback;
    }
  }
}

function rejectInput(name: string, expected: string): GateError {
  return new GateError([
    found(invalidInput, {
      message: `The input \`${name}\` is "${getInput(name)}".`,
      help: `Set it to ${expected} in the workflow.`,
    }),
  ]);
}
