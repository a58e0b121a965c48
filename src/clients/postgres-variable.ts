import { type Need, readSecret } from '../config/variables.ts';
import type { GateContext } from '../core/context.ts';
import { type PostgresAddress, parsePostgresUrl } from './postgres-url.ts';

/**
 * Reads the connection string in a variable of the step, with libpq's variables beside it, and hides both it and its
 * password. Throws a GateError if the variable is unset or its value is not a connection string.
 */
export function readPostgresVariable(context: GateContext, variable: string, need: Need): PostgresAddress {
  const text = readSecret(context, variable, need);
  const address = parsePostgresUrl(text, variable, need.place, context.variables);
  if (address.password) context.redactor.add(address.password);
  return address;
}
