import { spawnSync } from 'node:child_process';

/** A program to time: this Node.js with these arguments. */
export interface Program {
  args: string[];
  env: Record<string, string>;
  cwd: string;
  /** The exit code of a run that did its work. */
  exitCode: number;
}

export interface Comparison {
  /** Medians in milliseconds, of the whole process. */
  baseline: number;
  subject: number;
  /** The median of the ratios, pair by pair: a machine that slows down slows both of a pair. */
  ratio: number;
}

/** Runs two programs in turn, `pairs` times each, after a first pair that does not count. Throws if an exit code is wrong. */
export function compare(baseline: Program, subject: Program, pairs: number): Comparison {
  const times: [number, number][] = [];
  for (let pair = 0; pair <= pairs; pair++) {
    // They take turns to go first, because the first warms the machine for the second.
    const subjectFirst = pair % 2 === 1;
    const first = time(subjectFirst ? subject : baseline);
    const second = time(subjectFirst ? baseline : subject);
    if (pair > 0) times.push(subjectFirst ? [second, first] : [first, second]);
  }
  return {
    baseline: median(times.map(([ofBaseline]) => ofBaseline)),
    subject: median(times.map(([, ofSubject]) => ofSubject)),
    ratio: median(times.map(([ofBaseline, ofSubject]) => ofSubject / ofBaseline)),
  };
}

function time({ args, env, cwd, exitCode }: Program): number {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, cwd, encoding: 'utf8' });
  const elapsed = performance.now() - start;
  if (status !== exitCode) throw new Error(`node ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return elapsed;
}

/** The middle value, or the mean of the two in the middle; NaN without values. */
export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}
