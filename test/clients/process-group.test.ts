import { spawnSync } from 'node:child_process';
import { getExecOutput } from '@actions/exec';
import { describe, expect, test } from '@jest/globals';
import { runInGroup, splitLines } from '../../src/clients/process-group.ts';

/** A shell that starts a program and hangs for as long as that runs; seconds. */
const hangFor = (seconds: number) => ['-c', `sleep ${seconds} & echo $!; wait`];

/** Whether a process still does anything: one that nobody has waited for stays in the table as a zombie. */
function isRunning(pid: string): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}

describe('a program that hangs', () => {
  test('is ended by runInGroup, with what it has started', async () => {
    const stop = new AbortController();
    let output = '';
    const started = performance.now();
    const ended = await runInGroup({
      file: 'sh',
      args: hangFor(60),
      cwd: process.cwd(),
      env: { PATH: process.env.PATH },
      signal: stop.signal,
      onText: text => {
        output += text;
        stop.abort();
      },
    });
    expect(ended).toEqual({ signal: 'SIGTERM' });
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(isRunning(output.trim())).toBe(false);
  });

  // If this fails, @actions/exec has learnt to end a program, and runInGroup may no longer be needed.
  test('holds @actions/exec for as long as it runs', async () => {
    const limits = { signal: AbortSignal.timeout(100), timeout: 100 };
    const started = performance.now();
    const { exitCode } = await getExecOutput('sh', hangFor(2), { silent: true, delay: 100, ...limits });
    expect(exitCode).toBe(0);
    expect(performance.now() - started).toBeGreaterThan(1900);
  });
});

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
