import { getBooleanInput, getInput, getMultilineInput } from '@actions/core';
import { invalidInput } from '../config/findings.ts';
import { parseDuration } from '../core/duration.ts';
import { GateError } from '../core/errors.ts';
import { found } from '../core/finding.ts';

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
    if (getInput(name) === '') return false;
    try {
      return getBooleanInput(name);
    } catch {
      throw rejectInput(name, 'true or false');
    }
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

function rejectInput(name: string, expected: string): GateError {
  return new GateError([
    found(invalidInput, {
      message: `The input \`${name}\` is "${getInput(name)}".`,
      help: `Set it to ${expected} in the workflow.`,
    }),
  ]);
}
