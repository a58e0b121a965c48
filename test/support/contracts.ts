import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, test } from '@jest/globals';

/** A vendor's published contract beside the checkout, or undefined where it is not kept. */
export function contract(name: string): string | undefined {
  const path = fileURLToPath(new URL(`../../../shared/contracts/${name}`, import.meta.url));
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** `describe` where what it needs is there; otherwise one test, skipped, that says what is missing. */
export function describeWith<T>(name: string, needed: T | undefined, missing: string, suite: (given: T) => void): void {
  describe(name, () => {
    if (needed === undefined) test.skip(`skipped: ${missing}`, () => {});
    else suite(needed);
  });
}
