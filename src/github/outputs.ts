import { setOutput } from '@actions/core';
import type { Log } from '../core/context.ts';
import { formatError } from '../core/errors.ts';

/**
 * Sets the outputs of the step. Returns false and logs the reason if that fails: the gate must fail, too, since later
 * steps depend on its outputs.
 */
export function writeOutputs(outputs: Record<string, string>, log: Log): boolean {
  try {
    for (const [name, value] of Object.entries(outputs)) setOutput(name, value);
    return true;
  } catch (error) {
    log.info(`The gate could not write its outputs: ${formatError(error)}.`);
    return false;
  }
}
