import type { Variables } from '../../../core/context.ts';

export interface OtherSide {
  name: string;
  value: string;
  /** Whether the value stands in the configuration, so that everyone may read it. */
  shown: boolean;
}

/** What a rule compares with: a variable of the service, or an address. Undefined where that variable has no value. */
export function findOtherSide(wanted: string, variables: Variables): OtherSide | undefined {
  const isAddress = wanted.includes('.') || wanted.includes(':');
  if (isAddress) return { name: wanted, value: wanted, shown: true };
  const value = variables[wanted];
  return value ? { name: wanted, value, shown: false } : undefined;
}
