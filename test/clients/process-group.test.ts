import { describe, expect, test } from '@jest/globals';
import { splitLines } from '../../src/clients/process-group.ts';

function linesOf(...texts: string[]): string[] {
  const lines: string[] = [];
  const splitter = splitLines(line => lines.push(line));
  for (const text of texts) splitter.push(text);
  splitter.end();
  return lines;
}

describe('texts of a process', () => {
  test('become lines across their joints', () => {
    expect(linesOf('a\nb', 'c\r\n', 'd')).toEqual(['a', 'bc', 'd']);
  });

  test('never become half a line, which could hold half a secret', () => {
    const leftOut = '(a line of more than 262144 characters is left out)';
    const piece = 'x'.repeat(200_000);
    expect(linesOf('a\n', piece, piece, 'fake-', 'secret\nb')).toEqual(['a', leftOut, 'b']);
    expect(linesOf(piece, piece)).toEqual([leftOut]);
    expect(linesOf(`${piece}${piece}\nb`)).toEqual([leftOut, 'b']);
  });
});
