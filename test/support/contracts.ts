import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, test } from '@jest/globals';

/** A vendor's published contract from the folder next to the checkout, or undefined if it is not there. */
export function contract(name: string): string | undefined {
  const path = fileURLToPath(new URL(`../../../shared/contracts/${name}`, import.meta.url));
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** `describe` if what it needs is there; otherwise one skipped test whose name says when the suite runs. */
export function describeWith<T>(name: string, needed: T | undefined, when: string, suite: (given: T) => void): void {
  describe(name, () => {
    if (needed === undefined) test.skip(when, () => {});
    else suite(needed);
  });
}
