import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, test } from '@jest/globals';

const folder = process.env.CONTRACTS ?? fileURLToPath(new URL('../contracts', import.meta.url));

/** A vendor's published contract, which `script/contracts` fetches; undefined if it is not in the folder that CONTRACTS names. */
export function contract(name: string): string | undefined {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** `describe` if what it needs is there; otherwise one skipped test whose name says when the suite runs. */
export function describeWith<T>(name: string, needed: T | undefined, when: string, suite: (given: T) => void): void {
  describe(name, () => {
    if (needed === undefined) test.skip(when, () => {});
    else suite(needed);
  });
}
