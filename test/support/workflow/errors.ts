import { types } from 'node:util';

// `instanceof Error` would not do: Jest runs tests in a realm of their own, with another Error than Node's.

export function messageOf(error: unknown): string {
  return types.isNativeError(error) ? error.message : String(error);
}

/** Whether it is a system error with this code, such as `ESRCH`. */
export function hasCode(error: unknown, code: string): boolean {
  return types.isNativeError(error) && 'code' in error && error.code === code;
}
