import type { Place } from '../../../core/finding.ts';

/** Line and column of an index of the script. */
export function placeAt(script: string, index: number, path: string): Place {
  const before = script.slice(0, index);
  return { path, line: before.split('\n').length, column: index - before.lastIndexOf('\n') };
}

/** The index of a position as PostgreSQL counts it: in characters, not UTF-16 units, from 1. */
export function findIndex(script: string, position: number): number {
  let index = 0;
  for (let left = position - 1; left > 0 && index < script.length; left--) {
    index += (script.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  }
  return index;
}
