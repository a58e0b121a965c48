import { setOutput } from '@actions/core';
import type { Log } from '../core/context.ts';
import { formatError } from '../core/errors.ts';

/**
 * Sets the outputs of the step, or says why they could not be set. A step without its outputs would leave the ones
 * after it to guess, so the caller fails then.
 */
export function writeOutputs(outputs: Record<string, string>, log: Log): boolean {
  try {
    for (const [name, value] of Object.entries(outputs)) setOutput(name, value);
    return true;
  } catch (error) {
    log.info(`The outputs could not be written: ${formatError(error)}.`);
    return false;
  }
}
