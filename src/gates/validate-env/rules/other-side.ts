import type { Variables } from '../../../core/context.ts';

export interface OtherSide {
  name: string;
  value: string;
  /** Whether the value is in the configuration, so a message may show it. */
  shown: boolean;
}

/** Resolves the variable or address that a rule compares with. Undefined where that variable has no value. */
export function findOtherSide(wanted: string, variables: Variables): OtherSide | undefined {
  const isAddress = wanted.includes('.') || wanted.includes(':');
  if (isAddress) return { name: wanted, value: wanted, shown: true };
  const value = variables[wanted];
  return value ? { name: wanted, value, shown: false } : undefined;
}
